<?php

/**
 * What both modules do by themselves: around the invoice run and on the invoices, when somebody orders, signs out or
 * edits a service, and on the product page.
 *
 * WHMCS loads this file on every page, so nothing else is loaded before a hook runs. A hook must not break what it hooks.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Module\Server\Mailporch\Cart;
use WHMCS\Module\Server\Mailporch\Cron;
use WHMCS\Module\Server\Mailporch\Invoice;
use WHMCS\Module\Server\Mailporch\Ledger;
use WHMCS\Module\Server\Mailporch\Problem;
use WHMCS\Module\Server\Mailporch\ProductPage;
use WHMCS\Module\Server\Mailporch\Registration;
use WHMCS\Module\Server\Mailporch\Seen;
use WHMCS\Module\Server\Mailporch\SignOut;
use WHMCS\Module\Server\Mailporch\Staff;
use WHMCS\Module\Server\Mailporch\Tables;
use WHMCS\Module\Server\Mailporch\Whmcs;

require_once __DIR__ . '/lib/autoload.php';

if (Seen::hooks()) {
    return; // By the other module.
}

(static function (): void {
    $hook = static function (string $name, callable $work): void {
        add_hook($name, 1, static function (mixed $vars = null) use ($name, $work): mixed {
            try {
                return $work($vars);
            } catch (Problem $problem) {
                Staff::log($problem->getMessage());
            } catch (\Throwable $error) {
                $place = basename($error->getFile()) . ':' . $error->getLine();
                Staff::log("$name failed: {$error->getMessage()} in $place");
                Whmcs::log($name, [], "{$error->getMessage()} in $place", $error::class, []);
            }
            return null;
        });
    };

    // WHMCS recommends a cron every five minutes. Before the day's invoices the figures are to be as new as may be.
    $hook('PreCronJob', static fn () => Cron::run(600));
    $hook('AfterCronJob', static fn () => Cron::run(3300));

    $hook('InvoiceCreation', static fn (array $vars) => Invoice::created((int) $vars['invoiceid']));
    foreach (['InvoiceCancelled' => false, 'InvoiceUnpaid' => true] as $name => $alive) {
        $hook($name, static function (array $vars) use ($alive): void {
            if (Tables::exist()) {
                Ledger::turn((int) $vars['invoiceid'], $alive);
            }
        });
    }

    $hook('ShoppingCartValidateProductUpdate', static fn (array $vars): array => Cart::faults($vars));
    $hook('UserLogout', static fn (array $vars) => SignOut::of((int) ($vars['user']->id ?? 0)));
    $hook('AdminLogout', static fn (array $vars) => SignOut::of((int) ($vars['adminid'] ?? 0)));
    $hook('ServiceEdit', static fn (array $vars) => Registration::edited((int) $vars['serviceid']));
    $hook('ClientAreaPageProductDetails', static fn (array $vars): array => ProductPage::variables($vars));
    $hook('ClientAreaPrimarySidebar', static fn (object $sidebar) => ProductPage::sidebar($sidebar));
})();
