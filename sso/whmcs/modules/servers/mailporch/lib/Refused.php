<?php

/**
 * The portal answered, and the answer is no: for this one call. What failed on the way is a Problem and no more.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Refused extends Problem
{
    public function __construct(
        private readonly int $status,
        public readonly string $reason,
        string $detail,
        string $number
    ) {
        // What staff can do about it, where the portal does not say so itself.
        $advice = match ($reason) {
            'unknown-service', 'not-yours', 'taken', 'plan', 'no-server' => Language::forStaff("advice_$reason"),
            'mail-server-unreachable' => Language::forStaff('advice_again'),
            default => $status >= 500 && !str_contains($detail, $number) ? Language::forStaff('advice_log', $number) : '',
        };
        parent::__construct(rtrim(Language::forStaff('refused', $detail) . " $advice"));
    }

    /** Whether the same call may well succeed later: the portal, or a mail server behind it, was not able to. */
    public function mayPass(): bool
    {
        return $this->status >= 500 || $this->status === 429;
    }
}
