<?php

/**
 * The functions that WHMCS calls, for single mailboxes. What they do is in the module mailporch, whose folder stands beside
 * this one's.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Module\Server\CustomActionCollection;
use WHMCS\Module\Server\Mailporch\Module;

$library = __DIR__ . '/../mailporch/lib/autoload.php';
require_once is_file($library) ? $library : __DIR__ . '/without_library.php';

function mailporchbox_MetaData(): array
{
    return Module::ofMailboxes()->metaData('Mailporch mailboxes', 'Mailbox');
}

function mailporchbox_ConfigOptions(array $params = []): array
{
    return Module::ofMailboxes()->configOptions();
}

/** The loader of the setting "server". */
function mailporchbox_ServerChoices(array $params = []): array
{
    return Module::ofMailboxes()->serverChoices($params);
}

function mailporchbox_TestConnection(array $params = []): array
{
    return Module::ofMailboxes()->testConnection($params);
}

function mailporchbox_ListAccounts(array $params = []): array
{
    return Module::ofMailboxes()->listAccounts($params);
}

function mailporchbox_CreateAccount(array $params = []): string
{
    return Module::ofMailboxes()->createAccount($params);
}

function mailporchbox_SuspendAccount(array $params = []): string
{
    return Module::ofMailboxes()->suspendAccount($params);
}

function mailporchbox_UnsuspendAccount(array $params = []): string
{
    return Module::ofMailboxes()->unsuspendAccount($params);
}

function mailporchbox_TerminateAccount(array $params = []): string
{
    return Module::ofMailboxes()->terminateAccount($params);
}

function mailporchbox_ChangePackage(array $params = []): string
{
    return Module::ofMailboxes()->changePackage($params);
}

function mailporchbox_ChangePassword(array $params = []): string
{
    return Module::ofMailboxes()->changePassword($params);
}

function mailporchbox_Renew(array $params = []): string
{
    return Module::ofMailboxes()->renew($params);
}

function mailporchbox_AdminCustomButtonArray(array $params = []): array
{
    return Module::ofMailboxes()->adminCustomButtonArray();
}

function mailporchbox_RefreshUsage(array $params = []): string
{
    return Module::ofMailboxes()->refreshUsage($params);
}

function mailporchbox_FinishSteps(array $params = []): string
{
    return Module::ofMailboxes()->finishSteps($params);
}

function mailporchbox_RegisterExisting(array $params = []): string
{
    return Module::ofMailboxes()->registerExisting($params);
}

function mailporchbox_UsageUpdate(array $params = []): string
{
    return Module::ofMailboxes()->usageUpdate($params);
}

function mailporchbox_ClientArea(array $params = []): array
{
    return Module::ofMailboxes()->clientArea($params);
}

function mailporchbox_ServiceSingleSignOn(array $params = []): array
{
    return Module::ofMailboxes()->serviceSingleSignOn($params);
}

function mailporchbox_AdminSingleSignOn(array $params = []): array
{
    return Module::ofMailboxes()->adminSingleSignOn($params);
}

function mailporchbox_AdminLink(array $params = []): string
{
    return Module::ofMailboxes()->adminLink($params);
}

function mailporchbox_CustomActions(array $params = []): CustomActionCollection
{
    return Module::ofMailboxes()->customActions($params);
}

function mailporchbox_AdminServicesTabFields(array $params = []): array
{
    return Module::ofMailboxes()->adminServicesTabFields($params);
}
