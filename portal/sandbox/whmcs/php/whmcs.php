<?php

/**
 * What the module uses of WHMCS, answering from the call's JSON. Anything else of WHMCS is missing here on purpose.
 */

declare(strict_types=1);

namespace {
    require __DIR__ . '/database.php';

    const WHMCS = true;

    final class Stage
    {
        public static array $call = [];
        public static array $errors = [];
        public static array $headers = [];
        public static array $moduleCalls = [];
        public static array $activity = [];
        public static array $mails = [];
        private static array $hooks = [];

        public static function open(array $call): void
        {
            self::$call = $call;
            $area = $call['session']['area'] ?? 'client';
            if ($area !== '') {
                define($area === 'admin' ? 'ADMINAREA' : 'CLIENTAREA', true);
            }
            WHMCS\Database\Capsule::open($call['database'] ?? ':memory:');
            $GLOBALS['CONFIG'] = $call['config'] ?? [];
            $_REQUEST = $call['request'] ?? [];
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

        public static function hook(string $name, int $priority, callable $work): void
        {
            self::$hooks[$name][$priority][] = $work;
        }

        /**
         * What WHMCS does at a hook point: everything that was added to it, the smallest number first.
         *
         * @return mixed what the hooks answered, put together; of a sidebar, what is left of it
         */
        public static function reach(string $name, array $vars): mixed
        {
            $hooks = self::$hooks[$name] ?? self::missing("nothing is hooked to $name");
            ksort($hooks);
            $about = match ($name) {
                'ClientAreaPrimarySidebar' => new WHMCS\View\Menu\Item($vars),
                'UserLogout' => ['user' => (object) $vars['user']],
                default => $vars,
            };
            $answers = array_map(static fn (callable $work): mixed => $work($about), array_merge(...$hooks));
            return is_object($about) ? $about->tree() : array_merge(...array_filter($answers, is_array(...)));
        }

        /** As WHMCS gives them: with the service itself, where it is one. */
        public static function params(array $params): array
        {
            return $params + (isset($params['serviceid']) ? ['model' => new WHMCS\Service\Service((int) $params['serviceid'])] : []);
        }

        /** WHMCS would speak to a mail server. */
        public static function mail(array $mail): array
        {
            if (self::$call['offline'] ?? false) {
                self::missing('a mail, where nothing may use the network');
            }
            self::$mails[] = $mail;
            return [];
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
            'DecryptPassword' => ['password' => substr($values['password2'], strlen('encrypted:'))],
            'SendAdminEmail' => Stage::mail($values),
            default => Stage::missing("localAPI($command) has no stand-in"),
        };
    }

    function getCurrency(int $client): array
    {
        return Stage::known('currency');
    }

    function add_hook(string $name, int $priority, callable $work): void
    {
        Stage::hook($name, $priority, $work);
    }

    function logActivity(string $message, int $client = 0): void
    {
        Stage::$activity[] = $message;
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

namespace WHMCS\Service {
    final class Status
    {
        public const ACTIVE = 'Active';
        public const SUSPENDED = 'Suspended';
    }

    final class Service
    {
        public readonly Properties $serviceProperties;

        public function __construct(int $id)
        {
            $this->serviceProperties = new Properties($id);
        }
    }

    /** Those of the names that mean columns of the service itself. */
    final class Properties
    {
        public function __construct(private readonly int $id)
        {
        }

        public function save(array $values): void
        {
            $columns = [];
            foreach ($values as $name => $value) {
                $columns += match ($name) {
                    'Username' => ['username' => $value],
                    'Domain' => ['domain' => $value],
                    'Password' => ['password' => "encrypted:$value"],
                    default => \Stage::missing("the service property $name has no stand-in"),
                };
            }
            \WHMCS\Database\Capsule::table('tblhosting')->where('id', $this->id)->update($columns);
        }
    }
}

namespace WHMCS\Module\Server {
    final class CustomAction implements \JsonSerializable
    {
        private function __construct(private readonly array $facts, private readonly \Closure $work)
        {
        }

        public static function factory(
            string $identifier,
            string $display,
            callable $work,
            array $arguments,
            array $permissions,
            bool $active
        ): self {
            $answer = static fn (): array => $work(...$arguments);
            return new self(compact('identifier', 'display', 'permissions', 'active'), $answer);
        }

        /** As somebody who used it would see it. */
        public function jsonSerialize(): array
        {
            return $this->facts + ['answer' => ($this->work)()];
        }
    }

    final class CustomActionCollection implements \JsonSerializable
    {
        private array $actions = [];

        public function add(CustomAction $action): static
        {
            $this->actions[] = $action;
            return $this;
        }

        public function jsonSerialize(): array
        {
            return array_map(static fn (CustomAction $action): array => $action->jsonSerialize(), $this->actions);
        }
    }
}

namespace WHMCS\View\Menu {
    /** A menu, from nested arrays of names. */
    final class Item
    {
        private array $children;

        public function __construct(array $children)
        {
            $this->children = array_map(static fn (array $names): self => new self($names), $children);
        }

        public function getChild(string $name): ?self
        {
            return $this->children[$name] ?? null;
        }

        public function removeChild(string $name): self
        {
            if (!isset($this->children[$name])) {
                \Stage::missing("the menu has no $name to remove");
            }
            unset($this->children[$name]);
            return $this;
        }

        public function tree(): object
        {
            return (object) array_map(static fn (self $child): object => $child->tree(), $this->children);
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
