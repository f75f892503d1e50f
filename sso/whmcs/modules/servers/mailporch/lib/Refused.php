<?php

/**
 * The portal answered, and the answer is no: for this one call. What failed on the way is a Problem and no more.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Refused extends Problem
{
    /** What staff can do about a refusal that does not say so itself. */
    private const ADVICE = [
        'unknown-service' => 'Press "Register existing" if its domain is on the mail server already, else "Create".',
        'not-yours' => 'If it is this customer\'s, enter its domain admin\'s user name and password on the service\'s '
            . 'page and press "Register existing".',
        'taken' => 'Two services cannot have one domain: correct the domain here, or terminate the other service.',
        'plan' => 'Correct it in the product\'s Module Settings.',
        'no-server' => 'Choose the "Mail server" in the product\'s Module Settings.',
        'mail-server-unreachable' => 'When the mail server answers again, press the same button again.',
    ];

    public function __construct(
        private readonly int $status,
        public readonly string $reason,
        string $detail,
        string $number
    ) {
        $ownFault = $status >= 500 && !str_contains($detail, $number);
        $advice = self::ADVICE[$reason] ?? ($ownFault ? "The portal's log says more under $number." : '');
        parent::__construct(rtrim("The portal refused: $detail $advice"));
    }

    /** Whether the same call may well succeed later: the portal, or a mail server behind it, was not able to. */
    public function mayPass(): bool
    {
        return $this->status >= 500 || $this->status === 429;
    }
}
