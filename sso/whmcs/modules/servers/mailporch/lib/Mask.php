<?php

/**
 * Takes secrets out of what is written to a log: by the name they stand under, and wherever a known one turns up.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Mask
{
    private const STARS = '********';
    private const NAMES = '/(pass(word|wd)?\d?|secret|token|key|hash|authorization|cookie|envelope)$/i';

    /** @param list<string> $secrets */
    public static function of(mixed $value, array $secrets): mixed
    {
        if (is_object($value)) {
            $value = (array) $value;
        }
        if (is_array($value)) {
            $masked = [];
            foreach ($value as $name => $part) {
                $secret = is_string($name) && preg_match(self::NAMES, $name);
                $masked[self::of($name, $secrets)] = $secret ? self::STARS : self::of($part, $secrets);
            }
            return $masked;
        }
        return is_string($value) ? str_replace(self::long($secrets), self::STARS, $value) : $value;
    }

    /**
     * Those that are long enough not to be found in innocent text; also as WHMCS may hold them, HTML-encoded.
     *
     * @param list<string> $secrets
     * @return list<string>
     */
    public static function long(array $secrets): array
    {
        $spellings = [...$secrets, ...array_map(htmlspecialchars(...), $secrets)];
        return array_values(array_unique(array_filter($spellings, static fn (string $it): bool => strlen($it) >= 6)));
    }
}
