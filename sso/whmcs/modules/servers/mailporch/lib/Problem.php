<?php

/**
 * A sentence for staff: what is wrong and what to do about it. It is shown as it is, so it never quotes a secret.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

class Problem extends \RuntimeException
{
    /** One of lang/'s sentences, in the language of whoever of staff reads it. */
    public static function of(string $sentence, string|int|float ...$with): self
    {
        return new self(Language::forStaff($sentence, ...$with));
    }
}
