<?php

/**
 * What the seller's staff get to read: the activity log at once, mail by the cron.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Database\Capsule;

final class Staff
{
    /** Encoded as WHMCS keeps what people type: a name in it is the customer's, and staff's pages show the log. */
    public static function log(string $sentence, int $client = 0): void
    {
        logActivity('Mailporch: ' . htmlspecialchars($sentence, ENT_NOQUOTES), $client);
    }

    /** What stays wrong until somebody acts, and is found every few minutes: once a day. */
    public static function logDaily(string $sentence): void
    {
        $told = ['setting' => 'MailporchTold', 'value' => date('Y-m-d ') . hash('crc32b', $sentence)];
        $kept = Capsule::table('tblconfiguration')->where('setting', $told['setting']);
        if ($kept->pluck('value')->all() === [$told['value']]) {
            return;
        }
        $kept->delete();
        Capsule::table('tblconfiguration')->insert($told);
        self::log($sentence);
    }

    /**
     * Not for the invoice run: mail is a network call.
     *
     * @param list<string> $sentences
     */
    public static function mail(array $sentences): void
    {
        $items = array_map(static fn (string $it): string => '<li>' . htmlspecialchars($it) . '</li>', $sentences);
        Whmcs::api('SendAdminEmail', [
            'customsubject' => 'Mailporch: invoices that need a look',
            'custommessage' => '<ul>' . implode('', $items) . '</ul>',
            'type' => 'system',
        ]);
    }
}
