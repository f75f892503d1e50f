<?php

/**
 * Who signs out of WHMCS is signed out of the portal. Nobody waits long for that: sessions end by themselves too.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class SignOut
{
    private const PATIENCE = 2000;

    /** @param 'user'|'admin' $kind */
    public static function of(string $kind, int $id): void
    {
        foreach ($id > 0 ? Whmcs::servers() : [] as $server => $params) {
            try {
                if (!Seen::isDown($server)) {
                    (new Portal($params, self::PATIENCE))->logOut($kind, $id);
                }
            } catch (Problem) {
                // The module log has it.
            }
        }
    }
}
