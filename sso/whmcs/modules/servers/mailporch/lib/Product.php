<?php

/**
 * What is sold, each by a module of its own: a domain, or one mailbox on a domain of the seller's.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

enum Product: string
{
    // By the names of the modules, which WHMCS writes into products and server entries.
    case Domain = 'mailporch';
    case Mailbox = 'mailporchbox';

    /** The portal's word for it. */
    public function word(): string
    {
        return match ($this) {
            self::Domain => 'domain',
            self::Mailbox => 'mailbox',
        };
    }

    /** The portal's word for the mail servers that have it. */
    public function kind(): string
    {
        return match ($this) {
            self::Domain => 'smartermail',
            self::Mailbox => 'polarismail',
        };
    }

    /**
     * The domain, or the mailbox's address, in lower case; empty while that is not known.
     *
     * @param array<string, mixed> $service $params of one, or its row with its `customfields`
     */
    public function name(array $service): string
    {
        return match ($this) {
            self::Domain => strtolower(trim(Whmcs::text($service['domain'] ?? ''))),
            self::Mailbox => Mailbox::address($service),
        };
    }

    /** @return list<string> */
    public static function modules(): array
    {
        return array_column(self::cases(), 'value');
    }
}
