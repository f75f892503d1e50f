<?php

/**
 * The portal answered, and the answer is no: for this one call. What failed on the way is a Problem and no more.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Refused extends Problem
{
    public function __construct(private readonly int $status, string $detail)
    {
        parent::__construct("The portal refused: $detail");
    }

    /** Whether the same call may well succeed later: the portal, or a mail server behind it, was not able to. */
    public function mayPass(): bool
    {
        return $this->status >= 500 || $this->status === 429;
    }
}
