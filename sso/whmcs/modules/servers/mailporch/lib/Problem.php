<?php

/**
 * A sentence for staff: what is wrong and what to do about it. It is shown as it is, so it never quotes a secret.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

class Problem extends \RuntimeException
{
}
