<?php

/**
 * The person looking at the page may not open the portal. The customer reads a notice, staff are not alarmed.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class NoAccess extends \RuntimeException
{
}
