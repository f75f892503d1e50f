<?php

/**
 * Our services as WHMCS keeps them, each with its product's settings and its client's language and currency.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Database\Capsule;

final class Services
{
    private const IN_USE = ['Active', 'Suspended'];

    /**
     * The service that a function is called for.
     *
     * @param array<string, mixed> $params
     * @throws Problem
     */
    public static function id(array $params): int
    {
        if (!empty($params['addonId'])) {
            throw Problem::of('addon');
        }
        return (int) ($params['serviceid'] ?? 0) ?: throw Problem::of('which_service');
    }

    /** @return list<int> the services of a server entry that are in use, suspended ones too; or those of one product */
    public static function ofServer(int $server, ?Product $only = null): array
    {
        return self::ids($server, self::IN_USE, $only === null ? Product::modules() : [$only->value]);
    }

    /** @return list<int> those whose end WHMCS may have written down without a call of this module */
    public static function ended(int $server): array
    {
        return self::ids($server, ['Terminated', 'Cancelled', 'Fraud'], Product::modules());
    }

    /** What a service is; null for another module's. */
    public static function product(int $id): ?Product
    {
        $package = (int) (Capsule::table('tblhosting')->where('id', $id)->first()->packageid ?? 0);
        $row = Capsule::table('tblproducts')->where('id', $package)->first();
        return Product::tryFrom(Whmcs::text($row->servertype ?? ''));
    }

    /**
     * What a signed call tells of services, and `server`; those of other modules are left out.
     *
     * @param list<int> $ids
     * @return array<int, array<string, mixed>> by service
     */
    public static function described(array $ids): array
    {
        $products = self::products(Product::modules())->get()->keyBy('id')->all();
        $rows = Capsule::table('tblhosting')
            ->whereIn('id', $ids)
            ->whereIn('packageid', array_keys($products))
            ->orderBy('id')
            ->get();
        $clients = Capsule::table('tblclients')->whereIn('id', $rows->pluck('userid')->all())->get()->keyBy('id')->all();
        $currencies = Capsule::table('tblcurrencies')->get()->keyBy('id')->all();
        $ofMailboxes = array_column(array_filter(
            $rows->all(),
            static fn (object $row): bool => $products[$row->packageid]->servertype === Product::Mailbox->value
        ), 'id');
        $options = Ordered::options($ofMailboxes);
        $fields = Ordered::fields($ofMailboxes);
        $described = [];
        foreach ($rows as $row) {
            $id = (int) $row->id;
            $product = Product::from($products[$row->packageid]->servertype);
            $service = (array) $row + ['customfields' => $fields[$id] ?? []];
            $settings = (array) $products[$row->packageid] + ['configoptions' => $options[$id] ?? []];
            $client = $clients[$row->userid] ?? null;
            $currency = $currencies[$client->currency ?? 0] ?? null;
            $language = strtolower(Whmcs::text($client->language ?? ''));
            $described[$id] = [
                'server' => (int) $row->server,
                'product' => $product->word(),
                'name' => $product->name($service),
                'username' => Whmcs::text($row->username),
                'plan' => Settings::all($product, $settings),
                'client' => (int) $row->userid,
                'status' => Whmcs::text($row->domainstatus),
                'billing' => Billing::of([
                    'recurringamount' => $row->amount,
                    'status' => $row->domainstatus,
                ] + (array) $row),
                'lang' => Language::tag($language ?: Whmcs::systemLanguage()),
                'currency' => [
                    'code' => Whmcs::text($currency->code ?? ''),
                    'prefix' => Whmcs::text($currency->prefix ?? ''),
                    'suffix' => Whmcs::text($currency->suffix ?? ''),
                ],
            ];
            if ($product === Product::Mailbox && $described[$id]['name'] === '') {
                $described[$id] += Mailbox::order($service);
            }
        }
        return $described;
    }

    /**
     * @param list<string> $statuses
     * @param list<string> $modules
     * @return list<int>
     */
    private static function ids(int $server, array $statuses, array $modules): array
    {
        return Capsule::table('tblhosting')
            ->where('server', $server)
            ->whereIn('packageid', self::products($modules)->pluck('id')->all())
            ->whereIn('domainstatus', $statuses)
            ->orderBy('id')
            ->pluck('id')
            ->map(static fn ($id): int => (int) $id)
            ->all();
    }

    /** @param list<string> $modules */
    private static function products(array $modules): mixed
    {
        return Capsule::table('tblproducts')->whereIn('servertype', $modules);
    }
}
