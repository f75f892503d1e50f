<?php

/**
 * In place of the module mailporch where its folder is missing: every function says so.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Module
{
    private const SENTENCE = 'The folder modules/servers/mailporch is missing in this WHMCS. The module for mailboxes '
        . 'needs it: copy both folders.';

    public static function ofMailboxes(): self
    {
        return new self();
    }

    /** @param list<mixed> $arguments */
    public function __call(string $function, array $arguments): mixed
    {
        return match ($function) {
            'metaData' => ['DisplayName' => 'Mailporch mailboxes (incomplete: mailporch is missing)', 'APIVersion' => '1.1'],
            'testConnection', 'listAccounts' => ['success' => false, 'error' => self::SENTENCE],
            'serviceSingleSignOn', 'adminSingleSignOn' => ['success' => false, 'errorMsg' => self::SENTENCE],
            'adminServicesTabFields' => ['Mailporch' => self::SENTENCE],
            'clientArea', 'adminCustomButtonArray' => [],
            'customActions' => new \WHMCS\Module\Server\CustomActionCollection(),
            // Settings that are not shown would be emptied when the product is saved.
            'configOptions', 'serverChoices' => throw new \RuntimeException(self::SENTENCE),
            default => self::SENTENCE,
        };
    }
}
