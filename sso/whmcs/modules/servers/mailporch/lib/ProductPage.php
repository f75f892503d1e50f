<?php

/**
 * Takes off WHMCS's product page what does not apply to our services. Six, Twenty-One and Nexus read the same names.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class ProductPage
{
    /** Name servers, server and its addresses, meters, and a password that the customer may have changed since. */
    private const EMPTIED = [
        'password' => '', 'ns1' => '', 'ns2' => '', 'dedicatedip' => '', 'assignedips' => '',
        'serverdata' => [], 'lastupdate' => '', 'diskusage' => '', 'disklimit' => '', 'diskpercent' => '',
        'bwusage' => '', 'bwlimit' => '', 'bwpercent' => '',
    ];
    /** Of a domain above all the hidden admin. */
    private const EMPTIED_OF_DOMAIN = ['username' => '', 'modulechangepassword' => false];

    /**
     * @param array<string, mixed> $variables of the page's template
     * @return array<string, mixed> those that are to be others
     */
    public static function variables(array $variables): array
    {
        $service = (int) ($variables['serviceid'] ?? $variables['id'] ?? 0);
        $emptied = match ($service > 0 ? Services::product($service) : null) {
            null => [],
            Product::Domain => self::EMPTIED + self::EMPTIED_OF_DOMAIN,
            Product::Mailbox => self::EMPTIED,
        };
        return array_intersect_key($emptied, $variables);
    }

    /** @param object $sidebar WHMCS's menu item, of every page */
    public static function sidebar(object $sidebar): void
    {
        $onItsPage = ($_REQUEST['action'] ?? '') === 'productdetails';
        if (!$onItsPage || Services::product((int) ($_REQUEST['id'] ?? 0)) !== Product::Domain) {
            return;
        }
        $actions = $sidebar->getChild('Service Details Actions');
        if ($actions?->getChild('Change Password') !== null) {
            $actions->removeChild('Change Password');
        }
    }
}
