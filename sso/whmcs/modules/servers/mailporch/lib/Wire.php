<?php

/**
 * Carries signed calls to the portal (contract of /api/v1 in sso/README.md), and says what went wrong on the way.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Wire
{
    /** How many seconds our clock may be ahead of the portal's, and behind it. */
    private const AHEAD = 30;
    private const BEHIND = 90;

    /** Of this module, for the portal to tell which one calls. */
    public const VERSION = '0.1.0';

    private ?\CurlHandle $curl = null;

    public function __construct(
        private readonly string $origin,
        private readonly string $host,
        private readonly string $tenant,
        private readonly string $key,
        private readonly int $timeoutMs,
    ) {
    }

    /**
     * @param callable-string $kind what `$field` has to be in an answer that is the portal's
     * @param array<string, mixed>|null $body
     * @return array<string, mixed> the answer, which has `$field`
     * @throws Refused when it is the portal that says no
     * @throws Problem when there is no answer, or not of the portal
     */
    public function call(string $method, string $path, string $field, string $kind, ?array $body = null): array
    {
        if (!function_exists('curl_init')) {
            throw Problem::of('no_curl');
        }
        // Ours, until the answer tells under which the portal's log has it.
        $number = bin2hex(random_bytes(6));
        $sent = $body === null ? '' : json_encode((object) $body, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE);
        $envelope = Envelope::seal([
            'jti' => Envelope::jti(),
            'method' => $method,
            'path' => $path,
            'body' => hash('sha256', $sent),
            'host' => $this->host,
        ], $this->key, Envelope::API);
        $clock = null;
        // One handle for all calls keeps the connection.
        $this->curl ??= curl_init();
        curl_reset($this->curl);
        curl_setopt_array($this->curl, [
            CURLOPT_URL => $this->origin . $path,
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => [
                "Authorization: Portal $this->tenant $envelope",
                "X-Request-Id: $number",
                'User-Agent: mailporch/' . self::VERSION,
                'Accept: application/json',
                'Content-Type: application/json',
                'Expect:',
            ],
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_CONNECTTIMEOUT_MS => min(3000, $this->timeoutMs),
            CURLOPT_TIMEOUT_MS => $this->timeoutMs,
            CURLOPT_HEADERFUNCTION => static function ($call, string $line) use (&$clock, &$number): int {
                [$name, $value] = array_map(trim(...), explode(':', $line, 2) + [1 => '']);
                if (strcasecmp($name, 'Date') === 0) {
                    $clock = strtotime($value) ?: null;
                } elseif (strcasecmp($name, 'X-Request-Id') === 0 && preg_match('/^[\w.-]{1,64}$/D', $value)) {
                    $number = $value;
                }
                return strlen($line);
            },
        ] + ($body === null ? [] : [CURLOPT_POSTFIELDS => $sent]));
        $text = curl_exec($this->curl);
        $status = curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE);
        $answer = is_string($text) ? json_decode($text, true) : null;
        $secrets = [$this->key, $envelope, ...Mask::secretsIn($body ?? [])];
        $outcome = match (true) {
            $text === false => curl_error($this->curl),
            is_array($answer) => ["HTTP $status" => $answer],
            default => "HTTP $status " . mb_strcut(mb_scrub(Mask::of($text, $secrets), 'UTF-8'), 0, 300, 'UTF-8'),
        };
        Whmcs::log(
            "$method $path",
            ['portal' => $this->origin, 'tenant' => $this->tenant, 'request_id' => $number, 'body' => $body ?? []],
            $outcome,
            '',
            $secrets
        );
        if ($text === false) {
            throw $this->unreachable(curl_errno($this->curl), curl_error($this->curl));
        }
        if ($status === 200 && is_array($answer) && $kind($answer[$field] ?? null)) {
            return $answer;
        }
        $code = is_array($answer) && is_string($answer['code'] ?? null) ? $answer['code'] : '';
        if ($status >= 400 && $status !== 401 && $code !== '') {
            throw new Refused($status, $code, Mask::of(Whmcs::text($answer['detail'] ?? $code), $secrets), $number);
        }
        throw $this->refused($status, $code, $clock, $number);
    }

    private function unreachable(int $error, string $text): Problem
    {
        return match ($error) {
            CURLE_COULDNT_RESOLVE_HOST => Problem::of('no_such_host', $this->origin),
            CURLE_COULDNT_CONNECT => Problem::of('down', $this->origin),
            CURLE_OPERATION_TIMEDOUT => Problem::of('slow', $this->origin, round($this->timeoutMs / 1000, 1)),
            default => Problem::of('connection', $this->origin, $text),
        };
    }

    private function refused(int $status, string $code, ?int $clock, string $number): Problem
    {
        $ahead = $clock === null ? 0 : time() - $clock;
        if ($status === 401 && ($ahead > self::AHEAD || -$ahead > self::BEHIND)) {
            return Problem::of($ahead > 0 ? 'clock_ahead' : 'clock_behind', abs($ahead));
        }
        return match (true) {
            $code === 'wrong-age' => Problem::of('clocks'),
            $code === 'not-this-call' => Problem::of('other_name', $this->origin),
            $status === 401 => Problem::of('not_signed'),
            $status >= 500 => Problem::of('own_fault', $this->origin, $status, $number),
            $status === 200 => Problem::of('not_the_portal', $this->origin),
            default => Problem::of('refused_call', $this->origin, $status),
        };
    }
}
