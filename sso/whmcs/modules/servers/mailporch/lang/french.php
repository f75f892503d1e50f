<?php

/**
 * The module's sentences in French. %s is the name of the service; in the cron's, when it last ran.
 */

return [
    'frame_title' => 'Courriel de %s',
    'open' => 'Ouvrir les réglages du courriel',
    'new_tab' => 'Ouvrir dans un nouvel onglet',
    'no_access' => 'Votre utilisateur ne peut pas ouvrir ce service. Le propriétaire du compte peut vous accorder la '
        . 'permission de connexion unique.',
    'unavailable' => 'Les réglages du courriel ne peuvent pas être ouverts pour le moment. Réessayez plus tard ou '
        . 'ouvrez un ticket.',
    'console_open' => 'Ouvrir la console',
    'admin_row' => 'Portail de courriel',
    'admin_open' => 'Ouvrir en tant qu’administrateur',
    'admin_hint' => 'Nouvel onglet. Le lien fonctionne une fois et pendant 90 secondes ; rechargez cette page pour en '
        . 'obtenir un autre.',
    'admin_state' => 'État',
    'admin_usage' => 'Utilisation',
    'admin_dns' => 'DNS',
    'admin_last_error' => 'Dernière erreur',
    'admin_last_activity' => 'Dernière activité',
    'admin_finish' => '« Terminer les étapes échouées » reprend là où cela s’est arrêté.',
    'state_active' => 'Actif',
    'state_suspended' => 'Suspendu',
    'state_terminated' => 'Résilié',
    'state_failed' => 'Inachevé',
    'state_pending' => 'Pas encore créé',
    'usage_never_read' => 'Pas encore lue. Le worker du portail la lit plusieurs fois par jour.',
    'usage_mailboxes' => 'boîtes',
    'usage_aliases' => 'alias',
    'usage_eas' => 'ActiveSync',
    'usage_mapi' => 'MAPI',
    'dns_ok' => 'configuré',
    'dns_missing' => 'non configuré (absent)',
    'dns_wrong' => 'non configuré (incorrect)',
    'dns_conflict' => 'non configuré (conflit)',
    'dns_unknown' => 'pas encore connu',
    'dns_off' => 'désactivé',
    'admin_warnings' => 'À vérifier',
    'hooks_never_seen' => 'WHMCS n’a pas trouvé les hooks de ce module : rien n’est facturé à l’usage. Cliquez une fois sur '
        . '« Save Changes » dans les Module Settings d’un produit.',
    'cron_never_seen' => 'La tâche cron de WHMCS n’a jamais été vue : rien n’est facturé à l’usage tant qu’elle ne '
        . 's’exécute pas toutes les cinq minutes.',
    'cron_overdue' => 'La tâche cron de WHMCS a été vue pour la dernière fois le %s : elle devrait s’exécuter toutes les '
        . 'cinq minutes. Les chiffres de plus d’un jour ne sont pas facturés.',
    'button_usage' => 'Actualiser l’utilisation',
    'button_finish' => 'Terminer les étapes échouées',
    'button_register' => 'Enregistrer l’existant',
    'button_password' => 'Nouveau mot de passe de l’administrateur caché',
];
