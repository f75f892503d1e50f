<?php

/**
 * What the portal last answered for each service. An answer is written on one invoice at most; then a new one is needed.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Database\Capsule;

final class Figures
{
    /** The portal's word for a service that it was never told of. */
    public const UNKNOWN = 'unknown-service';

    /**
     * @param list<int> $services
     * @return array<int, object> by service
     */
    public static function of(array $services): array
    {
        return Capsule::table(Tables::STATEMENTS)->whereIn('service', $services)->get()->keyBy('service')->all();
    }

    /**
     * @param list<int> $services
     * @return list<int> those that the portal was told of
     */
    public static function everTold(array $services): array
    {
        return array_keys(array_filter(self::of($services), static fn (object $row): bool => $row->sent !== ''));
    }

    /** Inside a transaction: what is known of a service, which nobody else changes before its end. */
    public static function locked(int $service): ?object
    {
        return self::row($service)->lockForUpdate()->first();
    }

    /**
     * @param int $usedBefore the invoice that had the answer before this one when the portal was asked: one that took it
     *     in the meantime holds a part of what this answer tells, which is then dropped
     * @param int $asOf when the portal was asked
     * @param array<string, mixed> $answer
     */
    public static function keep(int $service, int $usedBefore, int $asOf, string $currency, array $answer): void
    {
        self::add($service);
        self::row($service)->where('used', $usedBefore)->update([
            'as_of' => $asOf,
            'currency' => $currency,
            'answer' => json_encode($answer, JSON_THROW_ON_ERROR),
            'used' => 0,
        ]);
    }

    public static function take(int $service, int $invoice): void
    {
        self::row($service)->update(['used' => $invoice]);
    }

    /** What the portal was told of a service, or that it would not hear it (`refusal`). */
    public static function told(int $service, string $digest, string $refusal = ''): void
    {
        self::add($service);
        self::row($service)->update(['sent' => $digest, 'sent_at' => time(), 'refusal' => $refusal]);
    }

    private static function add(int $service): void
    {
        if (!self::row($service)->exists()) {
            $nothing = ['as_of' => 0, 'currency' => '', 'answer' => '', 'used' => 0];
            $untold = ['sent' => '', 'sent_at' => 0, 'refusal' => ''];
            Capsule::table(Tables::STATEMENTS)->insert(['service' => $service] + $nothing + $untold);
        }
    }

    private static function row(int $service): mixed
    {
        return Capsule::table(Tables::STATEMENTS)->where('service', $service);
    }
}
