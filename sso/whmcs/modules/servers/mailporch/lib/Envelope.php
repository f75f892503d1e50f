<?php

/**
 * Signs what the module sends, so that the portal's sso/envelope.py opens it. Byte by byte: sso/README.md.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Envelope
{
    public const HANDOFF = 'whmcs-handoff';
    public const API = 'whmcs-api';

    private const LONGEST = 4096;

    /**
     * @param array<string, mixed> $payload empty objects inside it must be objects: PHP writes an empty array as []
     * @throws Problem when the key is not one of the portal's, or the payload is not UTF-8 or too long
     */
    public static function seal(array $payload, string $key, string $purpose, ?int $now = null): string
    {
        if (!preg_match('/^[A-Za-z0-9_-]{43}$/D', $key)) {
            throw Problem::of('no_key');
        }
        try {
            $plain = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_LINE_TERMINATORS;
            $json = json_encode($payload, JSON_THROW_ON_ERROR | $plain);
        } catch (\JsonException $error) {
            throw Problem::of('not_text', $error->getMessage());
        }
        // The time is a big-endian number without leading zero bytes.
        $signed = self::base64($json) . '.' . self::base64(ltrim(pack('J', $now ?? time()), "\0"));
        $derived = hash('sha256', $purpose . 'signer' . $key, true);
        $token = $signed . '.' . self::base64(hash_hmac('sha256', $signed, $derived, true));
        if (strlen($token) > self::LONGEST) {
            throw Problem::of('too_long');
        }
        return $token;
    }

    /** 128 random bits: an envelope is accepted once. */
    public static function jti(): string
    {
        return self::base64(random_bytes(16));
    }

    private static function base64(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }
}
