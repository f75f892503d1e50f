<?php

/**
 * The portal as WHMCS's server entry names it: where it is, signing for it, and signed calls to it.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Portal
{
    /** How many seconds our clock may be ahead of the portal's, and behind it. */
    private const AHEAD = 30;
    private const BEHIND = 90;

    public readonly string $origin;
    public readonly string $tenant;
    private readonly string $host;
    private readonly string $key;
    private ?\CurlHandle $curl = null;

    /**
     * @param array<string, mixed> $params host name: the portal's; user name: the tenant; password: the key
     * @throws Problem
     */
    public function __construct(array $params, private readonly int $timeoutMs = 5000)
    {
        $name = strtolower(trim((string) ($params['serverhostname'] ?? '')));
        if (!preg_match('/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/D', $name)) {
            throw new Problem('The host name of the server entry must be the portal\'s, like portal.example.com.');
        }
        $this->tenant = trim((string) ($params['serverusername'] ?? ''));
        if (!preg_match('/^[a-z0-9-]{2,32}$/D', $this->tenant)) {
            throw new Problem('The user name of the server entry must be your tenant\'s short name in the portal.');
        }
        $this->key = trim((string) ($params['serverpassword'] ?? ''));
        // Plain http would show the token to the network: it is for the sandbox on this machine only.
        $plain = empty($params['serversecure']) && preg_match('/(^|\.)localhost$/D', $name);
        $port = (int) ($params['serverport'] ?? 0);
        $this->host = $name . (in_array($port, [0, 80, 443], true) ? '' : ":$port");
        $this->origin = ($plain ? 'http://' : 'https://') . $this->host;
    }

    /** Where a hand-off is posted to. */
    public function entrance(): string
    {
        return "$this->origin/sso/$this->tenant";
    }

    /**
     * A token for the entrance.
     *
     * @param array<string, mixed> $claims
     */
    public function token(array $claims): string
    {
        return Envelope::seal($claims, $this->key, Envelope::HANDOFF);
    }

    /**
     * A link that hands over by one click: what stands behind the # is never sent to any server by the link itself.
     *
     * @param array<string, mixed> $claims
     */
    public function link(array $claims): string
    {
        return $this->entrance() . '#' . $this->token($claims);
    }

    /**
     * The mail servers this tenant may use, by name.
     *
     * @return array<string, string> name => label, as WHMCS's drop-downs want them
     * @throws Problem
     */
    public function servers(): array
    {
        $choices = [];
        foreach ($this->call('GET', '/api/v1/servers', 'servers', 'is_array')['servers'] as $server) {
            $choices[$server['name']] = "{$server['name']} ({$server['kind']})";
        }
        return $choices ?: throw new Problem('The portal has no mail server for this WHMCS yet.');
    }

    /** @throws Problem saying what does not work between this WHMCS, the portal and its mail servers */
    public function check(): void
    {
        $answer = $this->call('GET', '/api/v1/ping', 'servers', 'is_array');
        if (($answer['tenant'] ?? null) !== $this->tenant) {
            throw new Problem("The answer of $this->origin is not meant for this WHMCS.");
        }
        if ($answer['servers'] === []) {
            throw new Problem('The portal works, but it has no mail server for this WHMCS yet.');
        }
        $failed = [];
        foreach ($answer['servers'] as $server) {
            if ($server['ok'] !== true) {
                $failed[] = "{$server['name']}: {$server['detail']}";
            }
        }
        if ($failed) {
            throw new Problem('The portal works, but not every mail server does. ' . implode(' ', $failed));
        }
    }

    /**
     * Tell the portal what WHMCS knows of a service.
     *
     * @param array<string, mixed> $facts
     * @throws Problem
     */
    public function register(int $service, array $facts): void
    {
        $this->call('PUT', "/api/v1/services/$service", 'svc', 'is_int', $facts);
    }

    /**
     * The disk use of services, for each one known `disk_mb`, `disk_limit_mb` and `as_of`, or `error`.
     *
     * @param list<int> $services
     * @return array<int, array<string, mixed>> by service
     * @throws Problem
     */
    public function usage(array $services): array
    {
        return $this->each('/api/v1/usage', $services);
    }

    /**
     * What services owe, for each one known `statements`, or `error`.
     *
     * @param list<array<string, mixed>> $services each `svc`, `billing`, `lang`, `currency`
     * @return array<int, array<string, mixed>> by service
     * @throws Problem
     */
    public function statements(array $services): array
    {
        return $this->each('/api/v1/statements', $services);
    }

    /**
     * A statement was written on an invoice.
     *
     * @param list<?string> $amounts as written, one for each line of the statement; null for one that was not
     * @throws Problem
     */
    public function settle(string $statement, int $invoice, array $amounts): void
    {
        $path = "/api/v1/statements/$statement/settle";
        $this->call('POST', $path, 'state', 'is_string', ['invoice' => $invoice, 'amounts' => $amounts]);
    }

    /** @throws Problem */
    public function release(string $statement, int $invoice): void
    {
        $this->call('POST', "/api/v1/statements/$statement/release", 'state', 'is_string', ['invoice' => $invoice]);
    }

    /**
     * @param list<mixed> $services
     * @return array<int, array<string, mixed>>
     */
    private function each(string $path, array $services): array
    {
        $answer = $this->call('POST', $path, 'services', 'is_array', ['services' => $services]);
        return array_column(array_filter($answer['services'], 'is_array'), null, 'svc');
    }

    /**
     * A signed call (contract of /api/v1 in sso/README.md).
     *
     * @param callable-string $kind what `$field` has to be in an answer that is the portal's
     * @param array<string, mixed>|null $body
     * @return array<string, mixed> the answer, which has `$field`
     * @throws Refused when it is the portal that says no
     * @throws Problem when there is no answer, or not of the portal
     */
    private function call(string $method, string $path, string $field, string $kind, ?array $body = null): array
    {
        $sent = $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE);
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
                'Accept: application/json',
                'Content-Type: application/json',
                'Expect:',
            ],
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_CONNECTTIMEOUT_MS => min(3000, $this->timeoutMs),
            CURLOPT_TIMEOUT_MS => $this->timeoutMs,
            CURLOPT_HEADERFUNCTION => static function ($call, string $line) use (&$clock): int {
                if (stripos($line, 'date:') === 0) {
                    $clock = strtotime(trim(substr($line, 5))) ?: null;
                }
                return strlen($line);
            },
        ] + ($body === null ? [] : [CURLOPT_POSTFIELDS => $sent]));
        $text = curl_exec($this->curl);
        $status = curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE);
        $outcome = $text === false ? curl_error($this->curl) : "HTTP $status";
        Whmcs::log("$method $path", ['portal' => $this->origin, 'tenant' => $this->tenant], $outcome, '', [
            $this->key,
            $envelope,
        ]);
        if ($text === false) {
            throw new Problem($this->unreachable(curl_errno($this->curl), curl_error($this->curl)));
        }
        $answer = json_decode($text, true);
        if ($status === 200 && is_array($answer) && $kind($answer[$field] ?? null)) {
            return $answer;
        }
        if ($status >= 400 && $status !== 401 && is_string($answer['code'] ?? null)) {
            throw new Refused($status, Whmcs::text($answer['detail'] ?? $answer['code']));
        }
        throw new Problem($this->refused($status, $clock));
    }

    private function unreachable(int $code, string $error): string
    {
        return match ($code) {
            CURLE_COULDNT_RESOLVE_HOST => "The host name of $this->origin does not exist or cannot be looked up.",
            CURLE_COULDNT_CONNECT => "Nothing answers at $this->origin: the portal is down, or a firewall is between.",
            CURLE_OPERATION_TIMEDOUT => "The portal at $this->origin did not answer in time.",
            default => "The connection to $this->origin failed: $error.",
        };
    }

    private function refused(int $status, ?int $clock): string
    {
        $ahead = $clock === null ? 0 : time() - $clock;
        if ($status === 401 && ($ahead > self::AHEAD || -$ahead > self::BEHIND)) {
            return 'The clock of this WHMCS is ' . abs($ahead) . ' seconds ' . ($ahead > 0 ? 'ahead of' : 'behind')
                . " the portal's. Set both by NTP.";
        }
        return match (true) {
            $status === 401 => 'The portal does not know this user name (tenant), or the password is not its key.',
            $status >= 500 => "The portal at $this->origin has a fault of its own (HTTP $status). Its log says more.",
            $status === 200 => "What answers at $this->origin is not the portal. Check the host name and the port.",
            default => "The portal at $this->origin refused the call (HTTP $status). Check the host name and the port.",
        };
    }
}
