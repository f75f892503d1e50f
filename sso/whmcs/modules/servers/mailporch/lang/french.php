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
    'password_refused' => 'Ce mot de passe n’a pas été accepté. Il doit avoir au moins 10 caractères, dont une majuscule, une '
        . 'minuscule, un chiffre et un caractère spécial, sans espace, et ne pas avoir déjà servi.',
    'password_unchanged' => 'Le mot de passe ne peut pas être changé pour le moment. Réessayez plus tard ou ouvrez un ticket.',
    'no_change' => 'Votre utilisateur ne peut pas modifier ce service. Le propriétaire du compte peut vous accorder cette '
        . 'permission.',
    'handle_empty' => 'Choisissez la première partie de votre adresse de courriel.',
    'handle_long' => 'La première partie de votre adresse de courriel peut avoir 64 caractères au plus.',
    'handle_characters' => '« %s » ne peut pas être la première partie de votre adresse de courriel : elle peut avoir les '
        . 'lettres a à z, des chiffres, « . », « _ » et « - », sans le @ ni ce qui le suit.',
    'handle_edges' => '« %s » ne peut pas être la première partie de votre adresse de courriel : elle doit commencer et finir '
        . 'par une lettre ou un chiffre.',
    'handle_separators' => '« %s » ne peut pas être la première partie de votre adresse de courriel : entre deux des signes '
        . '« . », « _ » et « - », il faut une lettre ou un chiffre.',
    'handle_reserved' => '« %s » est réservé. Choisissez une autre première partie pour votre adresse de courriel.',
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
    'unbilled' => 'Ce qui a été utilisé du %s au %s n’est sur aucune facture, et ne sera pas facturé de soi-même.',
    'hooks_never_seen_domain' => 'WHMCS n’a pas trouvé les hooks de ce module : rien n’est facturé à l’usage. Cliquez une fois sur '
        . '« Save Changes » dans les Module Settings d’un produit.',
    'cron_never_seen_domain' => 'La tâche cron de WHMCS n’a jamais été vue : rien n’est facturé à l’usage tant qu’elle ne '
        . 's’exécute pas toutes les cinq minutes.',
    'cron_overdue_domain' => 'La tâche cron de WHMCS a été vue pour la dernière fois le %s : elle devrait s’exécuter toutes les '
        . 'cinq minutes. Les chiffres de plus d’un jour ne sont pas facturés.',
    'hooks_never_seen_mailbox' => 'WHMCS n’a pas trouvé les hooks de ce module : les noms ne sont pas vérifiés dans le panier. '
        . 'Cliquez une fois sur « Save Changes » dans les Module Settings d’un produit.',
    'cron_never_seen_mailbox' => 'La tâche cron de WHMCS n’a jamais été vue : le portail n’apprend pas ce qui change dans WHMCS '
        . 'tant qu’elle ne s’exécute pas toutes les cinq minutes.',
    'cron_overdue_mailbox' => 'La tâche cron de WHMCS a été vue pour la dernière fois le %s : elle devrait s’exécuter toutes '
        . 'les cinq minutes. Le portail n’apprend pas ce qui change dans WHMCS.',
    'button_usage' => 'Actualiser l’utilisation',
    'button_finish' => 'Terminer les étapes échouées',
    'button_register' => 'Enregistrer l’existant',
    'button_password' => 'Nouveau mot de passe de l’administrateur caché',
    // Les réglages du module dans un produit.
    'setting_tier_gb' => 'Go par tranche de stockage',
    'setting_tier_gb_help' => 'Le stockage est facturé par tranches de cette taille.',
    'setting_eas_price' => 'Prix ActiveSync',
    'setting_eas_price_help' => 'Par boîte avec ActiveSync et par mois : 2.00 pour toutes les devises, ou CAD 2.00, USD 1.60.',
    'setting_mapi_price' => 'Prix MAPI',
    'setting_mapi_price_help' => 'Par boîte avec MAPI et par mois : 2.00 pour toutes les devises, ou CAD 2.00, USD 1.60.',
    'setting_combined_price' => 'Prix combiné',
    'setting_combined_price_help' => 'Par boîte avec les deux protocoles et par mois : 2.00 pour toutes les devises, ou CAD '
        . '2.00, USD 1.60. 0 : la somme des deux prix.',
    'setting_domain_path' => 'Chemin de stockage',
    'setting_domain_path_help' => 'Sur le serveur de courriel. Vide : à côté de ses autres domaines.',
    'setting_outbound_ip' => 'IP de sortie',
    'setting_outbound_ip_help' => '« default » ou une adresse IP du serveur de courriel.',
    'setting_max_users' => 'Boîtes',
    'setting_max_users_help' => 'Combien le client peut en avoir. 0 : sans limite.',
    'setting_delete_data' => 'Supprimer les données',
    'setting_delete_data_help' => 'Supprimer les fichiers quand le service est résilié.',
    'setting_password_min_length' => 'Longueur du mot de passe',
    'setting_password_min_length_help' => 'Mot de passe le plus court d’une boîte.',
    'setting_password_upper' => 'Mot de passe : majuscule',
    'setting_password_upper_help' => 'Exiger une majuscule.',
    'setting_password_digit' => 'Mot de passe : chiffre',
    'setting_password_digit_help' => 'Exiger un chiffre.',
    'setting_password_special' => 'Mot de passe : caractère spécial',
    'setting_password_special_help' => 'Exiger un caractère parmi ! @ # $ % ^ & * - _ = +',
    'setting_spf_primary' => 'Mécanisme SPF',
    'setting_spf_primary_help' => 'Recommandé aux clients : include:mail.example.com',
    'setting_offer_eas' => 'Offrir ActiveSync',
    'setting_offer_eas_help' => 'Les clients peuvent l’activer pour une boîte.',
    'setting_offer_mapi' => 'Offrir MAPI',
    'setting_offer_mapi_help' => 'Les clients peuvent l’activer pour une boîte.',
    'setting_activation_days' => 'Facturé après (jours)',
    'setting_activation_days_help' => 'Un protocole est facturé pour un mois où il a été actif aussi longtemps. 0 : s’il est '
        . 'actif à la fin du mois.',
    'setting_max_domain_aliases' => 'Alias de domaine',
    'setting_max_domain_aliases_help' => 'Combien sont permis. 0 : non offert.',
    'setting_spf_secondary' => 'Autres mécanismes SPF',
    'setting_spf_secondary_help' => 'Acceptés aussi ; séparés par des virgules.',
    'setting_autodiscover_host' => 'Hôte Autodiscover',
    'setting_autodiscover_host_help' => 'Vide : le nom public du serveur de courriel.',
    'setting_autodiscover_srv' => 'SRV Autodiscover',
    'setting_autodiscover_srv_help' => 'Vide : le nom public du serveur de courriel.',
    'setting_check_dmarc' => 'Vérifier DMARC',
    'setting_check_dmarc_help' => 'Montrer aux clients l’état de leur enregistrement DMARC.',
    'setting_dmarc_rua' => 'Rapports DMARC à',
    'setting_dmarc_rua_help' => 'Adresse proposée pour les rapports agrégés.',
    'setting_dmarc_policy' => 'Politique DMARC',
    'setting_dmarc_policy_help' => 'Proposée aux clients.',
    'setting_server' => 'Serveur de courriel',
    'setting_server_help' => 'Les serveurs de courriel que le portail a pour ce WHMCS.',
    'setting_allowed_domains' => 'Domaines permis',
    'setting_allowed_domains_help' => 'Vos domaines sur lesquels des boîtes sont vendues ; séparés par des virgules : '
        . 'example.com, example.org',
    'setting_account_type' => 'Type de compte',
    'setting_account_type_help' => 'L’option configurable « Account Type » le remplace.',
    'setting_quota_gb' => 'Quota en Go',
    'setting_quota_gb_help' => 'L’option configurable « Mailbox Quota (GB) » le remplace.',
    'setting_max_aliases' => 'Alias',
    'setting_max_aliases_help' => 'Combien le client peut en avoir. 0 : sans limite. off : non offert.',
    'setting_external_forwards' => 'Redirection externe',
    'setting_external_forwards_help' => 'Les alias et les listes peuvent mener à des adresses hors du domaine de la boîte.',
    'setting_timezone' => 'Fuseau horaire',
    'setting_timezone_help' => 'De la messagerie web : America/Montreal',
    'setting_date_format' => 'Format des dates',
    'setting_date_format_help' => 'De la messagerie web : yyyy-mm-dd',
    'setting_language' => 'Langue',
    'setting_language_help' => 'De la messagerie web.',
    'setting_max_lists' => 'Listes de distribution',
    'setting_max_lists_help' => 'Combien le client peut en avoir. 0 : sans limite. off : non offert.',

    // Ce que lit le personnel quand quelque chose ne va pas.
    'error_no_curl' => 'Il manque ici à PHP son extension cURL, par laquelle le module appelle le portail. Faites-la installer '
        . '(php-curl) et activer.',
    'error_no_such_host' => 'Le nom d’hôte de %s n’existe pas ou ne peut pas être résolu. Vérifiez le nom d’hôte du serveur '
        . 'dans WHMCS.',
    'error_down' => 'Rien ne répond à %s : le portail est arrêté, ou un pare-feu est entre les deux. Vérifiez le nom d’hôte et le '
        . 'port, que le portail fonctionne, et que cette machine peut s’y connecter.',
    'error_slow' => 'Le portail à %s n’a pas répondu à temps (%s secondes). Il travaille peut-être encore : réessayez dans '
        . 'une minute, chaque appel peut être répété.',
    'error_connection' => 'La connexion à %s a échoué : %s. Vérifiez que « Secure » est coché pour ce serveur dans WHMCS, et que le '
        . 'certificat du portail est valide.',
    'error_clock_ahead' => 'L’horloge de ce WHMCS avance de %s secondes sur celle du portail. Réglez les deux par NTP.',
    'error_clock_behind' => 'L’horloge de ce WHMCS retarde de %s secondes sur celle du portail. Réglez les deux par NTP.',
    'error_clocks' => 'Les horloges de ce WHMCS et du portail diffèrent. Réglez les deux par NTP.',
    'error_other_name' => 'Le portail ne s’appelle pas %s, ou quelque chose entre les deux modifie les appels. Le nom '
        . 'd’hôte et le port doivent être ceux de son réglage PORTAL_BASE_URL.',
    'error_not_signed' => 'Le portail ne connaît pas ce nom d’utilisateur (tenant), ou le mot de passe n’est pas sa clé. '
        . 'Saisissez les deux à nouveau, tels que « tenant add » les a affichés.',
    'error_own_fault' => 'Le portail à %s a lui-même un défaut (HTTP %s). Son journal en dit plus sous %s.',
    'error_not_the_portal' => 'Ce qui répond à %s n’est pas le portail. Vérifiez le nom d’hôte et le port.',
    'error_refused_call' => 'Le portail à %s a refusé l’appel (HTTP %s). Vérifiez le nom d’hôte et le port.',
    'error_refused' => 'Le portail a refusé : %s',
    'error_advice_unknown-service' => 'Cliquez sur « Enregistrer l’existant » si son domaine ou sa boîte est déjà sur le '
        . 'serveur de courriel, sinon sur « Create ».',
    'error_advice_not-yours' => 'S’il appartient à ce client, saisissez le nom et le mot de passe de son administrateur de '
        . 'domaine, ou le mot de passe de la boîte, dans la page du service et cliquez sur « Enregistrer l’existant ».',
    'error_advice_taken' => 'Deux services ne peuvent pas avoir le même domaine ou la même boîte : corrigez-le ici, ou '
        . 'résiliez l’autre service.',
    'error_advice_plan' => 'Corrigez-le dans les Module Settings du produit, ou dans l’option configurable.',
    'error_advice_no-server' => 'Choisissez le « Serveur de courriel » dans les Module Settings du produit.',
    'error_advice_again' => 'Quand le serveur de courriel répondra de nouveau, cliquez encore sur le même bouton.',
    'error_advice_log' => 'Le journal du portail en dit plus sous %s.',
    'error_host_name' => 'Le nom d’hôte du serveur doit être celui du portail, comme portal.example.com.',
    'error_user_name' => 'Le nom d’utilisateur du serveur doit être le nom court de votre tenant dans le portail.',
    'error_no_key' => 'Le mot de passe du serveur n’est pas une clé du portail (43 lettres, chiffres, « _ » ou « - »). '
        . 'Collez la clé à nouveau.',
    'error_other_tenant' => 'La réponse de %s n’est pas destinée à ce WHMCS.',
    'error_no_mail_server' => 'Le portail fonctionne, mais il n’a pas encore de serveur de courriel pour ce WHMCS.',
    'error_mail_servers' => 'Le portail fonctionne, mais pas tous les serveurs de courriel. %s',
    'error_silent' => 'La liste serait incomplète : ces serveurs de courriel n’ont pas répondu : %s.',
    'error_no_right' => 'La table %s n’a pas pu être créée : il faut à l’utilisateur de la base de données de WHMCS le droit %s '
        . 'sur cette base. D’ici là, aucune utilisation n’est facturée. La base de données a répondu : %s',
    'error_addon' => 'Ce module est fait pour les produits, pas pour leurs suppléments.',
    'error_which_service' => 'WHMCS n’a pas dit de quel service il s’agit.',
    'error_no_domain' => 'Ce service n’a pas de domaine. Saisissez-le dans la page du service.',
    'error_no_mailbox' => 'Ce service n’a pas encore de boîte. Remplissez le champ personnalisé « Mailbox » dans la page du '
        . 'service et cliquez sur « Create ».',
    'error_not_ours' => 'WHMCS n’a pas de service %s de ce module.',
    'error_other_state' => 'Le portail indique que le service est maintenant dans l’état « %s ». Sa page dans le portail '
        . 'donne les étapes ; « Terminer les étapes échouées » les reprend.',
    'error_not_kept' => 'C’est fait sur le serveur de courriel, mais WHMCS n’a pas pu conserver l’identifiant de '
        . 'l’administrateur caché : le journal des modules dit pourquoi. Recommencez : un nouveau sera créé.',
    'error_address_not_kept' => 'La boîte est sur le serveur de courriel, mais WHMCS n’a pas pu conserver son adresse : le '
        . 'journal des modules dit pourquoi. Recommencez.',
    'error_not_text' => 'Un nom ou un réglage de ce service ne peut pas être envoyé : %s.',
    'error_too_long' => 'Les réglages de ce produit sont trop longs pour être transmis au portail.',
    'error_system_url' => 'L’URL système de WHMCS (General Settings) doit commencer par https://.',
    'error_admin_area' => 'La console s’ouvre seulement depuis l’administration.',
    'error_unexpected' => 'Le module a échoué de façon inattendue ; le journal des modules dit où.',
];
