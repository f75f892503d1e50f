<?php

/**
 * The portal as WHMCS's server entry names it: where it is, signing for it, and what it is asked and told.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Portal
{
    /** Services in one answer. */
    private const PAGE = 200;

    public readonly string $origin;
    public readonly string $tenant;
    private readonly string $key;
    private readonly Wire $wire;

    /**
     * @param array<string, mixed> $params host name: the portal's; user name: the tenant; password: the key
     * @throws Problem
     */
    public function __construct(array $params, int $timeoutMs = 5000)
    {
        $name = strtolower(trim((string) ($params['serverhostname'] ?? '')));
        if (!preg_match('/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/D', $name)) {
            throw Problem::of('host_name');
        }
        $this->tenant = trim((string) ($params['serverusername'] ?? ''));
        if (!preg_match('/^[a-z0-9-]{2,32}$/D', $this->tenant)) {
            throw Problem::of('user_name');
        }
        $this->key = trim((string) ($params['serverpassword'] ?? ''));
        // Plain http would show the token to the network: it is for the sandbox on this machine only.
        $plain = empty($params['serversecure']) && preg_match('/(^|\.)localhost$/D', $name);
        $port = (int) ($params['serverport'] ?? 0);
        $host = $name . (in_array($port, [0, 80, 443], true) ? '' : ":$port");
        $this->origin = ($plain ? 'http://' : 'https://') . $host;
        $this->wire = new Wire($this->origin, $host, $this->tenant, $this->key, $timeoutMs);
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
     * The mail servers this tenant may use for a product, by name.
     *
     * @return array<string, string> name => label, as WHMCS's drop-downs want them
     * @throws Problem
     */
    public function servers(Product $product): array
    {
        $choices = [];
        foreach ($this->wire->call('GET', '/api/v1/servers', 'servers', 'is_array')['servers'] as $server) {
            if ($server['kind'] === $product->kind()) {
                $choices[$server['name']] = "{$server['name']} ({$server['kind']})";
            }
        }
        return $choices ?: throw Problem::of('no_mail_server');
    }

    /** @throws Problem saying what does not work between this WHMCS, the portal and its mail servers */
    public function check(Product $product): void
    {
        $answer = $this->wire->call('GET', '/api/v1/ping', 'servers', 'is_array');
        if (($answer['tenant'] ?? null) !== $this->tenant) {
            throw Problem::of('other_tenant', $this->origin);
        }
        $servers = array_filter($answer['servers'], static fn (array $it): bool => $it['kind'] === $product->kind());
        if (!$servers) {
            throw Problem::of('no_mail_server');
        }
        $failed = [];
        foreach ($servers as $server) {
            if ($server['ok'] !== true) {
                $failed[] = "{$server['name']}: {$server['detail']}";
            }
        }
        if ($failed) {
            throw Problem::of('mail_servers', implode(' ', $failed));
        }
    }

    /**
     * Tell the portal what WHMCS knows of a service.
     *
     * @param array<string, mixed> $facts
     * @return array<string, mixed> the service as known, with `plan_errors` and `plan_warnings`
     * @throws Problem
     */
    public function register(int $service, array $facts): array
    {
        return $this->wire->call('PUT', "/api/v1/services/$service", 'svc', 'is_int', $facts);
    }

    /**
     * Have something done to a service: `create`, `suspend`, `unsuspend`, `terminate`, `plan`, `password`, `finish`.
     *
     * @param array<string, mixed> $body
     * @return array<string, mixed> with `status`: active, suspended, terminated or failed
     * @throws Problem
     */
    public function order(int $service, string $what, array $body = []): array
    {
        return $this->wire->call('POST', "/api/v1/services/$service/$what", 'status', 'is_string', $body);
    }

    /**
     * What the admin's service page shows.
     *
     * @return array<string, mixed>
     * @throws Problem
     */
    public function summary(int $service): array
    {
        return $this->wire->call('GET', "/api/v1/services/$service/summary", 'status', 'is_string');
    }

    /**
     * Every service that the portal has of this WHMCS; for the portal's owner also domains that no service has.
     *
     * @return \Generator<int, array<string, mixed>>
     * @throws Problem also when a mail server did not tell its domains: the list would not be whole
     */
    public function services(): \Generator
    {
        $after = '';
        do {
            $page = $this->wire->call('GET', "/api/v1/services?after=$after&limit=" . self::PAGE, 'services', 'is_array');
            if ($page['silent'] ?? []) {
                $silent = implode(', ', array_map(Whmcs::text(...), $page['silent']));
                throw Problem::of('silent', $silent);
            }
            foreach (array_filter($page['services'], is_array(...)) as $service) {
                yield $service;
            }
            $after = rawurlencode(Whmcs::text($page['next'] ?? ''));
        } while ($after !== '');
    }

    /**
     * End the sessions of a WHMCS user, or of an admin.
     *
     * @throws Problem
     */
    public function logOut(int $person): void
    {
        $this->wire->call('POST', '/api/v1/logout', 'ended', 'is_int', ['user' => $person]);
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
     * @param array<string, mixed> $what `svc`, `invoice`, `from`, `to`
     * @param list<?string> $amounts as written, one for each line of the statement; null for one that was not
     * @throws Problem
     */
    public function settle(string $statement, array $what, array $amounts): void
    {
        $path = "/api/v1/statements/$statement/settle";
        $this->wire->call('POST', $path, 'state', 'is_string', $what + ['amounts' => $amounts]);
    }

    /**
     * @param array<string, mixed> $what as for settling
     * @throws Problem
     */
    public function release(string $statement, array $what): void
    {
        $this->wire->call('POST', "/api/v1/statements/$statement/release", 'state', 'is_string', $what);
    }

    /**
     * @param list<mixed> $services
     * @return array<int, array<string, mixed>>
     */
    private function each(string $path, array $services): array
    {
        $answer = $this->wire->call('POST', $path, 'services', 'is_array', ['services' => $services]);
        return array_column(array_filter($answer['services'], 'is_array'), null, 'svc');
    }
}
