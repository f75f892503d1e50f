<?php

/**
 * What PHP makes of sso/vectors.json: signed by the module, opened by a reader written here from sso/README.md alone.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Mailporch\Envelope;
use WHMCS\Module\Server\Mailporch\Handle;
use WHMCS\Module\Server\Mailporch\Money;
use WHMCS\Module\Server\Mailporch\Problem;

require __DIR__ . '/../../sso/whmcs/modules/servers/mailporch/lib/autoload.php';

function opened(string $token, array $keys, string $purpose, int $now): array
{
    $form = '/^(\.?)([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/D';
    if (strlen($token) > 4096 || !preg_match($form, $token, $part)) {
        return ['result' => 'malformed'];
    }
    $bytes = static fn (string $text): string => base64_decode(strtr($text, '-_', '+/'));
    $signed = substr($token, 0, -44);
    $good = array_filter($keys, static function (string $key) use ($bytes, $part, $purpose, $signed): bool {
        $derived = hash('sha256', $purpose . 'signer' . $key, true);
        return hash_equals(hash_hmac('sha256', $signed, $derived, true), $bytes($part[4]));
    });
    if (!$good) {
        return ['result' => 'bad-signature'];
    }
    $at = unpack('J', str_pad($bytes($part[3]), 8, "\0", STR_PAD_LEFT))[1];
    if ($now - $at < -30 || $now - $at > 90) {
        return ['result' => 'wrong-age'];
    }
    $json = $part[1] === '' ? $bytes($part[2]) : @gzuncompress($bytes($part[2]));
    $payload = $json === false ? null : json_decode($json);
    return is_object($payload)
        ? ['result' => 'ok', 'payload' => $payload, 'signed_at' => $at]
        : ['result' => 'malformed'];
}

function sealed(object $payload, string $key, string $purpose, ?int $now = null): ?string
{
    try {
        return Envelope::seal((array) $payload, $key, $purpose, $now);
    } catch (Problem) {
        return null;
    }
}

function multiplied(object $it): ?string
{
    try {
        return Money::times($it->amount, $it->quantity);
    } catch (Problem) {
        return null;
    }
}

$vectors = json_decode(stream_get_contents(STDIN));
$keys = (array) $vectors->keys;
echo json_encode([
    'seal' => array_map(
        static fn (object $it): ?string => sealed($it->payload, $keys[end($it->keys)], $it->purpose, $it->now),
        $vectors->seal
    ),
    'refuse_to_seal' => array_map(
        static fn (object $it): ?string => sealed($it->payload, $it->key, Envelope::HANDOFF),
        $vectors->refuse_to_seal
    ),
    'multiply' => array_map(multiplied(...), $vectors->multiply),
    'refuse_to_multiply' => array_map(multiplied(...), $vectors->refuse_to_multiply),
    'handles' => array_map(
        static fn (object $it): array => [Handle::normal($it->text), Handle::fault(Handle::normal($it->text))],
        $vectors->handles
    ),
    'open' => array_map(
        static fn (object $it): array => opened(
            $it->token,
            array_map(static fn (string $name): string => $keys[$name], $it->keys),
            $it->purpose,
            $it->now
        ),
        $vectors->open
    ),
], JSON_PARTIAL_OUTPUT_ON_ERROR);
