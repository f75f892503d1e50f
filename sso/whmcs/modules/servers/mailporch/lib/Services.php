<?php

/**
 * Our services as WHMCS keeps them, each with its product's settings and its client's language and currency.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Database\Capsule;

final class Services
{
    /** @return list<int> the services of a server entry that are in use, suspended ones too */
    public static function ofServer(int $server): array
    {
        return Capsule::table('tblhosting')
            ->where('server', $server)
            ->whereIn('packageid', self::products()->pluck('id')->all())
            ->whereIn('domainstatus', ['Active', 'Suspended'])
            ->orderBy('id')
            ->pluck('id')
            ->map(static fn ($id): int => (int) $id)
            ->all();
    }

    /**
     * What a signed call tells of services, and `server`; those that are not of this module are left out.
     *
     * @param list<int> $ids
     * @return array<int, array<string, mixed>> by service
     */
    public static function described(array $ids): array
    {
        $products = self::products()->get()->keyBy('id')->all();
        $rows = Capsule::table('tblhosting')
            ->whereIn('id', $ids)
            ->whereIn('packageid', array_keys($products))
            ->orderBy('id')
            ->get();
        $clients = Capsule::table('tblclients')->whereIn('id', $rows->pluck('userid')->all())->get()->keyBy('id')->all();
        $currencies = Capsule::table('tblcurrencies')->get()->keyBy('id')->all();
        $described = [];
        foreach ($rows as $row) {
            $client = $clients[$row->userid] ?? null;
            $currency = $currencies[$client->currency ?? 0] ?? null;
            $language = strtolower(Whmcs::text($client->language ?? ''));
            $described[(int) $row->id] = [
                'server' => (int) $row->server,
                'product' => 'domain',
                'name' => strtolower(trim(Whmcs::text($row->domain))),
                'username' => Whmcs::text($row->username),
                'plan' => Settings::all((array) $products[$row->packageid]),
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
        }
        return $described;
    }

    private static function products(): mixed
    {
        return Capsule::table('tblproducts')->where('servertype', 'mailporch');
    }
}
