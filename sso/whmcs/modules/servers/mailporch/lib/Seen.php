<?php

/**
 * Signs of life: whether WHMCS has found the module's hooks, and when its cron last spoke to a portal.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Seen
{
    /** The cron fetches figures once an hour (seconds). */
    private const OVERDUE = 3 * 3600;

    private static bool $hooks = false;

    /** WHMCS loads the hooks on every page, before any function is called. Whether they were loaded before. */
    public static function hooks(): bool
    {
        $before = self::$hooks;
        self::$hooks = true;
        return $before;
    }

    public static function isDown(int $server): bool
    {
        return Tables::exist() && Attempts::isDown($server);
    }

    /**
     * What is missing, by the names of sentences in lang/.
     *
     * @return array<string, string> name => what to put into the sentence
     */
    public static function missing(int $server): array
    {
        if (!self::$hooks) {
            return ['hooks_never_seen' => ''];
        }
        $tried = Tables::exist() ? Attempts::lastOf($server) : 0;
        return match (true) {
            $tried === 0 => ['cron_never_seen' => ''],
            $tried < time() - self::OVERDUE => ['cron_overdue' => date('Y-m-d H:i', $tried)],
            default => [],
        };
    }
}
