<?php

/**
 * Which mailbox a service is. It is ordered by its name and perhaps the domain, and has its address once it was created:
 * WHMCS keeps that as user name and domain.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Mailbox
{
    /** The custom field in which customers choose the part before the @. */
    public const FIELD = 'Mailbox';

    /** @param array<string, mixed> $service $params of one, or its row with its `customfields` */
    public static function address(array $service): string
    {
        foreach (['username', 'domain'] as $column) {
            $text = self::column($service, $column);
            if (str_contains($text, '@')) {
                return $text;
            }
        }
        [$handle, $domain] = [self::ordered($service), self::column($service, 'domain')];
        return $handle === '' || $domain === '' ? '' : "$handle@$domain";
    }

    /**
     * What is ordered now; the domain is empty where the portal is to choose.
     *
     * @param array<string, mixed> $service
     * @return array{handle: string, domain: string}
     */
    public static function order(array $service): array
    {
        return [
            'handle' => self::ordered($service) ?: (string) strstr(self::address($service), '@', true),
            'domain' => substr((string) strrchr('@' . self::column($service, 'domain'), '@'), 1),
        ];
    }

    /** @param array<string, mixed> $service */
    private static function ordered(array $service): string
    {
        return Handle::normal(Whmcs::text($service['customfields'][self::FIELD] ?? ''));
    }

    /** @param array<string, mixed> $service */
    private static function column(array $service, string $column): string
    {
        return strtolower(trim(Whmcs::text($service[$column] ?? '')));
    }
}
