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
        $told = [];
        foreach ($person > 0 ? Whmcs::servers() : [] as $server => $params) {
            try {
                $portal = new Portal($params, self::PATIENCE);
                // Both modules' entries usually lead to the same.
                if (!in_array($portal->entrance(), $told, true) && !Seen::isDown($server)) {
                    $told[] = $portal->entrance();
                    $portal->logOut($person);
                }
            } catch (Problem) {
                // The module log has it.
            }
        }
    }
}
