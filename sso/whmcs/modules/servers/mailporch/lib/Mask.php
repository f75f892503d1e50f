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
     * What stands under a secret's name.
     *
     * @param array<string, mixed> $values
     * @return list<string>
     */
    public static function secretsIn(array $values): array
    {
        $found = [];
        foreach ($values as $name => $value) {
            if (is_string($name) && is_string($value) && preg_match(self::NAMES, $name)) {
                $found[] = $value;
            }
        }
        return $found;
    }

    /**
     * Those that are long enough not to be found in innocent text; also as they are spelt in HTML and in JSON.
     *
     * @param list<string> $secrets
     * @return list<string>
     */
    public static function long(array $secrets): array
    {
        $spellings = [];
        foreach (array_filter($secrets, static fn (string $it): bool => strlen($it) >= 6) as $secret) {
            array_push($spellings, $secret, htmlspecialchars($secret));
            foreach ([0, JSON_UNESCAPED_SLASHES, JSON_UNESCAPED_UNICODE] as $how) {
                $spellings[] = substr(json_encode($secret, $how | JSON_INVALID_UTF8_SUBSTITUTE), 1, -1);
            }
        }
        return array_values(array_unique($spellings));
    }
}
