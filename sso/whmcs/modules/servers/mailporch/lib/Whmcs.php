<?php

/**
 * Everything the module reads from WHMCS, or leaves with it, beside the $params of a call.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Authentication\CurrentUser;
use WHMCS\Database\Capsule;

final class Whmcs
{
    /** Whether the call comes from the admin area. An admin session beside a client's own does not make it one. */
    public static function inAdminArea(): bool
    {
        return defined('ADMINAREA');
    }

    /** WHMCS keeps what people type HTML-encoded in many places; a hand-off carries plain text. */
    public static function text(mixed $value): string
    {
        return is_scalar($value) ? html_entity_decode((string) $value, ENT_QUOTES | ENT_HTML5, 'UTF-8') : '';
    }

    /**
     * The address of this WHMCS without a slash at its end.
     *
     * @throws Problem when it is not https (plain http is for *.localhost only)
     */
    public static function url(): string
    {
        $url = rtrim(self::text($GLOBALS['CONFIG']['SystemURL'] ?? ''), '/');
        if (!preg_match('~^(https://[^/?#]+|http://([a-z0-9-]+\.)*localhost(:\d+)?)(/[^?#]*)?$~iD', $url)) {
            throw Problem::of('system_url');
        }
        return $url;
    }

    public static function adminUrl(): string
    {
        return self::url() . '/' . self::text($GLOBALS['customadminpath'] ?? 'admin');
    }

    /** @return array{id: int, name: string, email: string}|null who is signed in to the client area */
    public static function user(): ?array
    {
        return self::person((new CurrentUser())->user());
    }

    /** @return array{id: int, name: string, email: string}|null who is signed in to the admin area */
    public static function admin(): ?array
    {
        return self::person((new CurrentUser())->admin());
    }

    /** Whether an admin uses the client area by "Login as Owner". */
    public static function masquerading(): bool
    {
        return (new CurrentUser())->isMasqueradingAdmin();
    }

    /**
     * What a user may do in a client's account: names like "productsso" and "manageproducts".
     *
     * @return list<string>
     */
    public static function permissions(int $user, int $client): array
    {
        $answer = self::api('GetUserPermissions', ['user_id' => $user, 'client_id' => $client]);
        // The answer's form is not documented: GetPermissionsList nests the list, UpdateUserPermissions takes text.
        $found = $answer['permissions'] ?? [];
        $found = is_array($found) ? ($found['permission'] ?? $found) : array_map(trim(...), explode(',', (string) $found));
        return array_values(array_filter((array) $found, is_string(...)));
    }

    /**
     * A service as WHMCS bills it: billingcycle, recurringamount, nextduedate, regdate, status.
     *
     * @return array<string, mixed>
     */
    public static function service(int $client, int $service): array
    {
        $answer = self::api('GetClientsProducts', ['clientid' => $client, 'serviceid' => $service]);
        return $answer['products']['product'][0] ?? throw new Problem("WHMCS does not know service $service.");
    }

    /** @return array{code: string, prefix: string, suffix: string} */
    public static function currency(int $client): array
    {
        $currency = getCurrency($client);
        return [
            'code' => self::text($currency['code'] ?? ''),
            'prefix' => self::text($currency['prefix'] ?? ''),
            'suffix' => self::text($currency['suffix'] ?? ''),
        ];
    }

    /**
     * The name of the language this page is shown in, as WHMCS names its language files.
     *
     * @param array<string, mixed> $params
     */
    public static function language(array $params = []): string
    {
        $choices = self::inAdminArea()
            ? [(new CurrentUser())->admin()?->language]
            : [$_SESSION['Language'] ?? '', $params['clientsdetails']['language'] ?? ''];
        foreach ([...$choices, $GLOBALS['CONFIG']['Language'] ?? ''] as $choice) {
            if (is_string($choice) && $choice !== '') {
                return strtolower($choice);
            }
        }
        return 'english';
    }

    public static function systemLanguage(): string
    {
        return strtolower(self::text($GLOBALS['CONFIG']['Language'] ?? ''));
    }

    /**
     * The server entries of both modules that are in use, by id, as WHMCS gives them to a module's functions.
     *
     * @return array<int, array<string, mixed>>
     */
    public static function servers(): array
    {
        $servers = [];
        $rows = Capsule::table('tblservers')
            ->whereIn('type', Product::modules())
            ->where('disabled', 0)
            ->orderBy('id')
            ->get();
        foreach ($rows as $row) {
            $servers[(int) $row->id] = [
                'serverid' => (int) $row->id,
                'serverhostname' => self::text($row->hostname),
                'serverusername' => self::text($row->username),
                'serverpassword' => self::api('DecryptPassword', ['password2' => $row->password])['password'] ?? '',
                'serversecure' => $row->secure === 'on',
                'serverport' => $row->port,
            ];
        }
        return $servers;
    }

    /** The page holds a token: no cache may keep it. */
    public static function keepOutOfCaches(): void
    {
        if (!headers_sent()) {
            header('Cache-Control: private, no-store');
        }
    }

    /**
     * Leave a line in the module log (recorded only while the log is on), without what is secret in it.
     *
     * @param array<string, mixed> $request chosen field by field: never $params
     * @param list<string> $secrets masked wherever they should turn up
     */
    public static function log(string $action, array $request, mixed $outcome, string $kind, array $secrets): void
    {
        $request = Mask::of($request, $secrets);
        logModuleCall('mailporch', $action, $request, Mask::of($outcome, $secrets), $kind, Mask::long($secrets));
    }

    /**
     * A command of WHMCS's own API.
     *
     * @param array<string, mixed> $values
     * @return array<string, mixed>
     * @throws Problem
     */
    public static function api(string $command, array $values): array
    {
        $answer = localAPI($command, $values);
        if (($answer['result'] ?? '') !== 'success') {
            throw new Problem("WHMCS refused $command: " . self::text($answer['message'] ?? 'no reason given') . '.');
        }
        return $answer;
    }

    /** @return array{id: int, name: string, email: string}|null */
    private static function person(?object $person): ?array
    {
        return $person === null ? null : [
            'id' => (int) $person->id,
            'name' => self::text($person->fullName),
            'email' => self::text($person->email),
        ];
    }
}
