<?php

/**
 * The name that a customer chooses for a mailbox. The portal has the same rules (portal/handles.py), and the same vectors
 * test both (sso/vectors.json).
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Handle
{
    private const LONGEST = 64;
    private const RESERVED = [
        'abuse', 'admin', 'administrator', 'billing', 'contact', 'hostmaster', 'info', 'mail', 'mailer-daemon', 'no-reply',
        'noreply', 'postmaster', 'root', 'sales', 'security', 'support', 'webmail', 'www',
    ];

    /** The name as it is kept and compared. */
    public static function normal(string $text): string
    {
        return mb_strtolower((string) preg_replace('/^[\s\p{Z}]+|[\s\p{Z}]+$/Du', '', mb_scrub($text, 'UTF-8')), 'UTF-8');
    }

    /** What is wrong with a name in its normal spelling: a word for it, or null when nothing is. */
    public static function fault(string $handle): ?string
    {
        return match (true) {
            $handle === '' => 'empty',
            !preg_match('/^[a-z0-9._-]+$/D', $handle) => 'characters',
            strlen($handle) > self::LONGEST => 'long',
            !preg_match('/^[a-z0-9](.*[a-z0-9])?$/D', $handle) => 'edges',
            (bool) preg_match('/[._-]{2}/', $handle) => 'separators',
            in_array($handle, self::RESERVED, true) => 'reserved',
            default => null,
        };
    }
}
