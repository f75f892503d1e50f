<?php

/**
 * Telling the portal what WHMCS knows of a service: by the cron, and at once where it just changed.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Registration
{
    /**
     * What a signed call tells of the service that a function is called for. The settings are those of the call: when
     * the product changes, WHMCS's tables may not have it yet.
     *
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     * @throws Problem
     */
    public static function facts(array $params): array
    {
        $service = Services::id($params);
        $facts = Services::described([$service])[$service]
            ?? throw Problem::of('not_ours', $service);
        if (self::isNameless($facts)) {
            throw Problem::of("no_{$facts['product']}");
        }
        unset($facts['server']);
        return ['plan' => Settings::all(self::product($facts), $params)] + $facts;
    }

    /** @param array<string, mixed> $facts */
    public static function product(array $facts): Product
    {
        return $facts['product'] === Product::Mailbox->word() ? Product::Mailbox : Product::Domain;
    }

    /**
     * Whether there is nothing yet that the portal could know the service by.
     *
     * @param array<string, mixed> $facts
     */
    public static function isNameless(array $facts): bool
    {
        return $facts['name'] === '' && ($facts['handle'] ?? '') === '';
    }

    /** @param array<string, mixed> $facts */
    public static function digest(array $facts): string
    {
        ksort($facts);
        return hash('sha256', json_encode($facts, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE));
    }

    /**
     * Tell the portal, and remember that it was told. Settings without a meaning go to the activity log.
     *
     * @param array<string, mixed> $facts
     * @return array<string, mixed> the service as the portal knows it
     * @throws Problem
     */
    public static function tell(Portal $portal, int $service, array $facts, string $password = ''): array
    {
        $known = $portal->register($service, $facts + ($password === '' ? [] : ['password' => $password]));
        Figures::told($service, self::digest($facts));
        foreach ((array) ($known['plan_errors'] ?? []) as $sentence) {
            Staff::log("Service $service ({$facts['name']}): " . Whmcs::text($sentence), $facts['client']);
        }
        return $known;
    }

    /**
     * Tell the portal at once if it listens; else the cron does so.
     *
     * @param array<string, mixed> $params
     * @param string|null $status what WHMCS will call the service when the function has ended
     */
    public static function tryTelling(array $params, ?string $status = null): void
    {
        try {
            Tables::make();
            $facts = self::facts($params);
            if ($status !== null) {
                $facts['status'] = $facts['billing']['status'] = $status;
            }
            self::tell(new Portal($params), Services::id($params), $facts);
        } catch (Problem) {
            // The module log has it.
        }
    }

    /** An admin saved a service's page. Only what the portal has been told of before is told again. */
    public static function edited(int $service): void
    {
        $facts = Services::described([$service])[$service] ?? null;
        $server = Whmcs::servers()[$facts['server'] ?? 0] ?? null;
        if ($server === null || !Tables::exist() || (Figures::of([$service])[$service]->sent ?? '') === '') {
            return;
        }
        unset($facts['server']);
        try {
            self::tell(new Portal($server), $service, $facts);
        } catch (Problem $problem) {
            Staff::log("Service $service ({$facts['name']}): {$problem->getMessage()}", $facts['client']);
        }
    }
}
