<?php

/**
 * Who signs out of WHMCS is signed out of the portal. Nobody waits long for that: sessions end by themselves too.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class SignOut
{
    private const PATIENCE = 2000;

    /** Users and admins have numbers of their own; the portal ends the sessions of both who have this one. */
    public static function of(int $person): void
    {
        foreach ($person > 0 ? Whmcs::servers() : [] as $server => $params) {
            try {
                if (!Seen::isDown($server)) {
                    (new Portal($params, self::PATIENCE))->logOut($person);
                }
            } catch (Problem) {
                // The module log has it.
            }
        }
    }
}
