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

    /** @return list<int> the services of a server entry that are in use, suspended ones too */
    public static function ofServer(int $server): array
    {
        return self::ids($server, static fn ($rows) => $rows->whereIn('domainstatus', self::IN_USE));
    }

    /** @return list<int> those whose end WHMCS may have written down without a call of this module */
    public static function ended(int $server): array
    {
        return self::ids($server, static fn ($rows) => $rows->whereIn('domainstatus', ['Terminated', 'Cancelled', 'Fraud']));
    }

    /** Whether a service is of this module. */
    public static function isOurs(int $id): bool
    {
        return Capsule::table('tblhosting')
            ->where('id', $id)
            ->whereIn('packageid', self::products()->pluck('id')->all())
            ->exists();
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

    /** @return list<int> */
    private static function ids(int $server, callable $which): array
    {
        $ours = Capsule::table('tblhosting')
            ->where('server', $server)
            ->whereIn('packageid', self::products()->pluck('id')->all());
        return $which($ours)->orderBy('id')->pluck('id')->map(static fn ($id): int => (int) $id)->all();
    }

    private static function products(): mixed
    {
        return Capsule::table('tblproducts')->where('servertype', 'mailporch');
    }
}
