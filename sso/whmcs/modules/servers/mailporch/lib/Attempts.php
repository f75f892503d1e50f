<?php

/**
 * When each portal was last tried, and what staff know of its failing.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Database\Capsule;

final class Attempts
{
    /** A failure of less than this (seconds) is not worth a mail; nor is one tried again before the other. */
    private const WORTH_A_MAIL = 3 * 3600;
    private const PAUSE = 600;
    /** One that was tried so far in the future was tried before the clock was set back. */
    private const AHEAD = 60;

    /** Whether it is this process's turn: at most one in this many seconds. */
    public static function mayTry(int $server, int $every): bool
    {
        self::row($server);
        $now = time();
        return self::rows($server)->where('tried', '<=', $now - $every)->update(['tried' => $now]) > 0
            || self::rows($server)->where('tried', '>', $now + self::AHEAD)->update(['tried' => $now]) > 0;
    }

    /** Whether it failed so recently that nobody needs to wait for it again. */
    public static function isDown(int $server): bool
    {
        $row = self::row($server);
        return $row->failing !== '' && $row->tried > time() - self::PAUSE;
    }

    /** When the cron last tried it; 0 for never. */
    public static function lastOf(int $server): int
    {
        return (int) (self::rows($server)->first()->tried ?? 0);
    }

    public static function failed(int $server, string $why): void
    {
        $row = self::row($server);
        if ($row->failing === '') {
            self::rows($server)->update(['since' => time()]);
            Staff::log("$why It is tried again; after a day, invoices stay as WHMCS makes them.");
        }
        self::rows($server)->update(['failing' => $why, 'tried' => time()]);
        if ($row->failing !== '' && !$row->mailed && $row->since < time() - self::WORTH_A_MAIL) {
            Staff::mail(["$why That is so since " . date('Y-m-d H:i', (int) $row->since)
                . '; after a day, invoices stay as WHMCS makes them.']);
            self::rows($server)->update(['mailed' => 1]);
        }
    }

    public static function succeeded(int $server): void
    {
        if (self::row($server)->failing !== '') {
            self::rows($server)->update(['failing' => '', 'since' => 0, 'mailed' => 0]);
            Staff::log('The portal answers again.');
        }
    }

    private static function row(int $server): object
    {
        if (!self::rows($server)->exists()) {
            $fresh = ['tried' => 0, 'failing' => '', 'since' => 0, 'mailed' => 0];
            Capsule::table(Tables::PORTALS)->insert(['server' => $server] + $fresh);
        }
        return self::rows($server)->first();
    }

    private static function rows(int $server): mixed
    {
        return Capsule::table(Tables::PORTALS)->where('server', $server);
    }
}
