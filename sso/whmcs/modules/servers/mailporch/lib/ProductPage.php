<?php

/**
 * Takes off WHMCS's product page what does not apply to our services. Six, Twenty-One and Nexus read the same names.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class ProductPage
{
    /** Name servers, server and its addresses, meters, and above all the hidden admin's sign-in. */
    private const EMPTIED = [
        'username' => '', 'password' => '', 'ns1' => '', 'ns2' => '', 'dedicatedip' => '', 'assignedips' => '',
        'serverdata' => [], 'lastupdate' => '', 'diskusage' => '', 'disklimit' => '', 'diskpercent' => '',
        'bwusage' => '', 'bwlimit' => '', 'bwpercent' => '', 'modulechangepassword' => false,
    ];
    /**
     * @param array<string, mixed> $variables of the page's template
     * @return array<string, mixed> those that are to be others
     */
    public static function variables(array $variables): array
    {
        $service = (int) ($variables['serviceid'] ?? $variables['id'] ?? 0);
        return $service > 0 && Services::isOurs($service) ? array_intersect_key(self::EMPTIED, $variables) : [];
    }

    /** @param object $sidebar WHMCS's menu item, of every page */
    public static function sidebar(object $sidebar): void
    {
        if (($_REQUEST['action'] ?? '') !== 'productdetails' || !Services::isOurs((int) ($_REQUEST['id'] ?? 0))) {
            return;
        }
        $actions = $sidebar->getChild('Service Details Actions');
        if ($actions?->getChild('Change Password') !== null) {
            $actions->removeChild('Change Password');
        }
    }
}
