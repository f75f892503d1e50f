<?php

/**
 * The module's sentences in English. %s is the name of the service; in the cron's, when it last ran.
 */

return [
    'frame_title' => 'E-mail for %s',
    'open' => 'Open the e-mail settings',
    'new_tab' => 'Open in a new tab',
    'no_access' => 'Your user may not open this service. The owner of the account can give you the permission '
        . 'for single sign-on.',
    'unavailable' => 'The e-mail settings cannot be opened at the moment. Please try again later or open a ticket.',
    'console_open' => 'Open the console',
    'admin_row' => 'E-mail portal',
    'admin_open' => 'Open as admin',
    'admin_hint' => 'New tab. The link works once and for 90 seconds; reload this page for another.',
    'admin_state' => 'State',
    'admin_usage' => 'Usage',
    'admin_dns' => 'DNS',
    'admin_last_error' => 'Last error',
    'admin_last_activity' => 'Last activity',
    'admin_finish' => '"Finish failed steps" goes on with it.',
    'state_active' => 'Active',
    'state_suspended' => 'Suspended',
    'state_terminated' => 'Terminated',
    'state_failed' => 'Not finished',
    'state_pending' => 'Not created yet',
    'usage_never_read' => 'Not read yet. The portal\'s worker reads it several times a day.',
    'usage_mailboxes' => 'mailboxes',
    'usage_aliases' => 'aliases',
    'usage_eas' => 'ActiveSync',
    'usage_mapi' => 'MAPI',
    'dns_ok' => 'configured',
    'dns_missing' => 'not configured (missing)',
    'dns_wrong' => 'not configured (wrong)',
    'dns_conflict' => 'not configured (conflict)',
    'dns_unknown' => 'not known yet',
    'dns_off' => 'off',
    'admin_warnings' => 'To look at',
    'hooks_never_seen' => 'WHMCS has not found this module\'s hooks: nothing is invoiced by use. Press "Save Changes" '
        . 'once in the Module Settings of a product.',
    'cron_never_seen' => 'WHMCS\'s cron was never seen: nothing is invoiced by use until it runs every five minutes.',
    'cron_overdue' => 'WHMCS\'s cron was last seen on %s: it should run every five minutes. Figures older than a day are '
        . 'not invoiced.',
    'button_usage' => 'Refresh usage',
    'button_finish' => 'Finish failed steps',
    'button_register' => 'Register existing',
    'button_password' => 'New password for the hidden admin',
];
