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
        foreach ($this->get('/api/v1/servers')['servers'] as $server) {
            $choices[$server['name']] = "{$server['name']} ({$server['kind']})";
        }
        return $choices ?: throw new Problem('The portal has no mail server for this WHMCS yet.');
    }

    /** @throws Problem saying what does not work between this WHMCS, the portal and its mail servers */
    public function check(): void
    {
        $answer = $this->get('/api/v1/ping');
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
     * A signed read (contract of /api/v1 in sso/README.md).
     *
     * @return array<string, mixed> an answer with the list `servers` in it
     * @throws Problem
     */
    private function get(string $path): array
    {
        $envelope = Envelope::seal([
            'jti' => Envelope::jti(),
            'method' => 'GET',
            'path' => $path,
            'body' => hash('sha256', ''),
            'host' => $this->host,
        ], $this->key, Envelope::API);
        $clock = null;
        $call = curl_init($this->origin . $path);
        curl_setopt_array($call, [
            CURLOPT_HTTPHEADER => ["Authorization: Portal $this->tenant $envelope", 'Accept: application/json'],
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_CONNECTTIMEOUT_MS => min(3000, $this->timeoutMs),
            CURLOPT_TIMEOUT_MS => $this->timeoutMs,
            CURLOPT_HEADERFUNCTION => static function ($call, string $line) use (&$clock): int {
                if (stripos($line, 'date:') === 0) {
                    $clock = strtotime(trim(substr($line, 5))) ?: null;
                }
                return strlen($line);
            },
        ]);
        $body = curl_exec($call);
        $status = curl_getinfo($call, CURLINFO_RESPONSE_CODE);
        $outcome = $body === false ? curl_error($call) : "HTTP $status";
        Whmcs::log("GET $path", ['portal' => $this->origin, 'tenant' => $this->tenant], $outcome, '', [
            $this->key,
            $envelope,
        ]);
        if ($body === false) {
            throw new Problem($this->unreachable(curl_errno($call), curl_error($call)));
        }
        $answer = $status === 200 ? json_decode($body, true) : null;
        if (!is_array($answer) || !is_array($answer['servers'] ?? null)) {
            throw new Problem($this->refused($status, $clock));
        }
        return $answer;
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
