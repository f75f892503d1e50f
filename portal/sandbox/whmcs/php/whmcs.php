<?php

/**
 * What the module uses of WHMCS, answering from the call's JSON. Anything else of WHMCS is missing here on purpose.
 */

declare(strict_types=1);

namespace {
    const WHMCS = true;

    final class Stage
    {
        public static array $call = [];
        public static array $errors = [];
        public static array $headers = [];
        public static array $moduleCalls = [];

        public static function open(array $call): void
        {
            self::$call = $call;
            define(($call['session']['area'] ?? 'client') === 'admin' ? 'ADMINAREA' : 'CLIENTAREA', true);
            $GLOBALS['CONFIG'] = $call['config'] ?? [];
            $GLOBALS['_SESSION'] = array_filter(['Language' => $call['session']['language'] ?? null]);
            set_error_handler(static function (int $level, string $text, string $file, int $line): bool {
                self::$errors[] = "$text in " . basename($file) . ":$line";
                return true;
            });
        }

        /** What WHMCS would know; a call that needs it and does not bring it is a mistake of the caller. */
        public static function known(string $what): mixed
        {
            return self::$call[$what] ?? self::missing("the call brings no \"$what\"");
        }

        public static function missing(string $what): never
        {
            self::$errors[] = $what;
            throw new \LogicException($what);
        }

        public static function person(?array $person): ?object
        {
            $language = self::$call['session']['language'] ?? '';
            return $person === null ? null : (object) ($person + ['language' => $language]);
        }
    }

    function localAPI(string $command, array $values = [], string $adminUser = ''): array
    {
        if (isset(Stage::$call['refused'][$command])) {
            return ['result' => 'error', 'message' => Stage::$call['refused'][$command]];
        }
        return ['result' => 'success'] + match ($command) {
            'GetUserPermissions' => ['permissions' => Stage::known('permissions')],
            'GetClientsProducts' => ['products' => ['product' => [Stage::known('service')]]],
            default => Stage::missing("localAPI($command) has no stand-in"),
        };
    }

    function getCurrency(int $client): array
    {
        return Stage::known('currency');
    }

    function logModuleCall(
        string $module,
        string $action,
        mixed $request,
        mixed $response,
        mixed $processed = '',
        array $replaceVars = []
    ): void {
        Stage::$moduleCalls[] = compact('module', 'action', 'request', 'response', 'processed')
            + ['masked' => count($replaceVars)];
        if (is_a($processed, \Throwable::class, true) && !str_starts_with($processed, 'WHMCS\\Module\\Server\\')) {
            Stage::$errors[] = "$action caught $processed: $response";
        }
    }
}

namespace WHMCS\Authentication {
    final class CurrentUser
    {
        public function user(): ?object
        {
            return \Stage::person(\Stage::$call['session']['user'] ?? null);
        }

        public function admin(): ?object
        {
            return \Stage::person(\Stage::$call['session']['admin'] ?? null);
        }

        public function isMasqueradingAdmin(): bool
        {
            return \Stage::$call['session']['masquerading'] ?? false;
        }
    }
}

namespace WHMCS\Module\Server\Mailporch {
    // The command line drops headers; the module's unqualified calls find these first.

    function headers_sent(): bool
    {
        return false;
    }

    function header(string $line): void
    {
        \Stage::$headers[] = $line;
    }
}
