<?php

/**
 * What WHMCS bills for a service, in the words of the claim `billing` (sso/README.md).
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Billing
{
    private const MONTHS = [
        'Monthly' => 1,
        'Quarterly' => 3,
        'Semi-Annually' => 6,
        'Annually' => 12,
        'Biennially' => 24,
        'Triennially' => 36,
    ];

    /**
     * @param array<string, mixed> $service with the names of WHMCS's API (GetClientsProducts)
     * @return array{cycle: string, months: int, next_due: ?string, unit_price: string, status: string, since: ?string}
     */
    public static function of(array $service): array
    {
        $cycle = Whmcs::text($service['billingcycle'] ?? '');
        return [
            'cycle' => $cycle,
            'months' => self::MONTHS[$cycle] ?? 0,
            'next_due' => self::date($service['nextduedate'] ?? ''),
            'unit_price' => Whmcs::text($service['recurringamount'] ?? ''),
            'status' => Whmcs::text($service['status'] ?? ''),
            'since' => self::date($service['regdate'] ?? ''),
        ];
    }

    /** WHMCS writes "0000-00-00" for "none". */
    private static function date(mixed $value): ?string
    {
        return preg_match('/^[1-9]\d{3}-\d\d-\d\d/', Whmcs::text($value), $found) ? $found[0] : null;
    }
}
