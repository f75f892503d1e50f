<?php

/**
 * Amounts as text, in whole ten-thousandths: no binary fraction ever stands for money. Vectors: sso/vectors.json.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Money
{
    // Together they stay within 64 bits.
    private const AMOUNT = '/^(-?)(\d{1,9})(?:\.(\d{1,4}))?$/D';
    private const MOST = 99_999;

    /**
     * The amount so many times, rounded half up (away from zero) to two places.
     *
     * @throws Problem when that cannot be computed exactly
     */
    public static function times(mixed $amount, int $quantity): string
    {
        $text = is_int($amount) || is_string($amount) ? (string) $amount : '';
        if (!preg_match(self::AMOUNT, $text, $part) || $quantity < 0 || $quantity > self::MOST) {
            throw new Problem("$quantity times the amount \"$text\" cannot be computed.");
        }
        $cents = intdiv((int) ($part[2] . str_pad($part[3] ?? '', 4, '0')) * $quantity + 50, 100);
        $sign = $part[1] === '-' && $cents > 0 ? '-' : '';
        return sprintf('%s%d.%02d', $sign, intdiv($cents, 100), $cents % 100);
    }

    /** Whether a column of WHMCS holds this amount, however it spells it. */
    public static function same(mixed $found, string $amount): bool
    {
        try {
            return self::times($found, 1) === self::times($amount, 1);
        } catch (Problem) {
            return false;
        }
    }

    /** @throws Problem */
    public static function cents(mixed $amount): int
    {
        return (int) str_replace('.', '', self::times($amount, 1));
    }
}
