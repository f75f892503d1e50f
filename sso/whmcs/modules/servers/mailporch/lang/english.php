<?php

/**
 * The module's sentences in English. %s is the name of the service.
 */

return [
    'frame_title' => 'E-mail for %s',
    'open' => 'Open the e-mail settings',
    'new_tab' => 'Open in a new tab',
    'no_access' => 'Your user may not open this service. The owner of the account can give you the permission '
        . 'for single sign-on.',
    'unavailable' => 'The e-mail settings cannot be opened at the moment. Please try again later or open a ticket.',
    'admin_row' => 'E-mail portal',
    'admin_open' => 'Open as admin',
    'admin_hint' => 'New tab. The link works once and for 90 seconds; reload this page for another.',
];
