<?php

/**
 * The module's sentences in French. %s is the name of the service.
 */

return [
    'frame_title' => 'Courriel de %s',
    'open' => 'Ouvrir les réglages du courriel',
    'new_tab' => 'Ouvrir dans un nouvel onglet',
    'no_access' => 'Votre utilisateur ne peut pas ouvrir ce service. Le propriétaire du compte peut vous accorder la '
        . 'permission de connexion unique.',
    'unavailable' => 'Les réglages du courriel ne peuvent pas être ouverts pour le moment. Réessayez plus tard ou '
        . 'ouvrez un ticket.',
    'admin_row' => 'Portail de courriel',
    'admin_open' => 'Ouvrir en tant qu’administrateur',
    'admin_hint' => 'Nouvel onglet. Le lien fonctionne une fois et pendant 90 secondes ; rechargez cette page pour en '
        . 'obtenir un autre.',
];
