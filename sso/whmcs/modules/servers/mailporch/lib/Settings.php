<?php

/**
 * The 24 module settings of a product: their names, which WHMCS knows by position alone, and how the admin sees them.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Settings
{
    /** For provisioning only, or travelling by signed call only: never in the browser's hands. */
    private const NOT_HANDED_OVER = ['domain_path', 'outbound_ip', 'delete_data', 'server'];

    /**
     * What ConfigOptions answers. Append only: WHMCS stores the values by position.
     *
     * @param callable-string $serverChoices the function that WHMCS asks for the choices of the last one
     * @return array<string, array<string, mixed>>
     */
    public static function form(string $serverChoices): array
    {
        $form = [
            'tier_gb' => self::text('GB per storage tier', '10', 'Storage is billed in steps of this size.', 5),
            'eas_price' => self::text('ActiveSync price', '2.00', self::priceHelp('ActiveSync')),
            'mapi_price' => self::text('MAPI price', '3.00', self::priceHelp('MAPI')),
            'combined_price' => self::text(
                'Combined price',
                '4.50',
                self::priceHelp('both protocols') . ' 0: the sum of both prices.'
            ),
            'domain_path' => self::text('Storage path', '', 'On the mail server. Empty: the server\'s own path.', 40),
            'outbound_ip' => self::text('Outbound IP', 'default', '"default" or an IP address of the mail server.'),
            'max_users' => self::text('Mailboxes', '0', 'How many the customer may have. 0: no limit.', 5),
            'delete_data' => self::yesNo('Delete data', 'on', 'Delete the files when the service is terminated.'),
            'password_min_length' => self::text('Password length', '8', 'Shortest password of a mailbox.', 5),
            'password_upper' => self::yesNo('Password: upper case', 'on', 'Require a capital letter.'),
            'password_digit' => self::yesNo('Password: digit', 'on', 'Require a digit.'),
            'password_special' => self::yesNo('Password: special', 'on', 'Require one of ! @ # $ % ^ & * - _ = +'),
            'spf_primary' => self::text('SPF mechanism', '', 'Recommended to customers: include:mail.example.com', 40),
            'offer_eas' => self::yesNo('Offer ActiveSync', 'on', 'Customers may switch it on for a mailbox.'),
            'offer_mapi' => self::yesNo('Offer MAPI', 'on', 'Customers may switch it on for a mailbox.'),
            'activation_days' => self::text(
                'Billed after days',
                '1',
                'A protocol is billed for a month in which it was on for this long. 0: if it is on at its end.',
                5
            ),
            'max_domain_aliases' => self::text('Domain aliases', '0', 'How many are allowed. 0: not offered.', 5),
            'spf_secondary' => self::text('Other SPF mechanisms', '', 'Accepted as well; separate by commas.', 40),
            'autodiscover_host' => self::text('Autodiscover host', '', 'Empty: the mail server\'s public name.', 40),
            'autodiscover_srv' => self::text('Autodiscover SRV', '', 'Empty: the mail server\'s public name.', 40),
            'check_dmarc' => self::yesNo('Check DMARC', 'on', 'Show customers the state of their DMARC record.'),
            'dmarc_rua' => self::text('DMARC reports to', '', 'Address suggested for aggregate reports.', 40),
            'dmarc_policy' => [
                'FriendlyName' => 'DMARC policy',
                'Type' => 'dropdown',
                'Options' => 'none,quarantine,reject',
                'Default' => 'none',
                'Description' => 'Suggested to customers.',
            ],
            'server' => self::text('Mail server', '', 'The mail servers that the portal has for this WHMCS.')
                + ['Loader' => $serverChoices],
        ];
        // In WHMCS's simple mode, the only one that asks a loader, options without this mark are not shown.
        return array_map(static fn (array $option): array => $option + ['SimpleMode' => true], $form);
    }

    /**
     * The settings a hand-off carries, as WHMCS holds them.
     *
     * @param array<string, mixed> $params
     */
    public static function handedOver(array $params): object
    {
        return (object) array_diff_key((array) self::all($params), array_flip(self::NOT_HANDED_OVER));
    }

    /**
     * All settings, for a signed call.
     *
     * @param array<string, mixed> $params or a product's row, which has the same names
     */
    public static function all(array $params): object
    {
        $plan = [];
        foreach (array_keys(self::form('')) as $position => $name) {
            $value = $params['configoption' . ($position + 1)] ?? null;
            if ($value !== null) {
                $plan[$name] = Whmcs::text($value);
            }
        }
        return (object) $plan;
    }

    private static function priceHelp(string $what): string
    {
        return "Per mailbox with $what and month: 2.00 for every currency, or CAD 2.00, USD 1.60.";
    }

    /** @return array<string, mixed> */
    private static function text(string $label, string $default, string $help, int $size = 25): array
    {
        return [
            'FriendlyName' => $label,
            'Type' => 'text',
            'Size' => (string) $size,
            'Default' => $default,
            'Description' => $help,
        ];
    }

    /** @return array<string, mixed> */
    private static function yesNo(string $label, string $default, string $help): array
    {
        return ['FriendlyName' => $label, 'Type' => 'yesno', 'Default' => $default, 'Description' => $help];
    }
}
