<?php

/**
 * The functions that WHMCS calls, for domains.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Module\Server\CustomActionCollection;
use WHMCS\Module\Server\Mailporch\Module;

require_once __DIR__ . '/lib/autoload.php';

function mailporch_MetaData(): array
{
    return Module::ofDomains()->metaData('Mailporch', 'Domain');
}

function mailporch_ConfigOptions(array $params = []): array
{
    return Module::ofDomains()->configOptions();
}

/** The loader of the setting "server". */
function mailporch_ServerChoices(array $params = []): array
{
    return Module::ofDomains()->serverChoices($params);
}

function mailporch_TestConnection(array $params = []): array
{
    return Module::ofDomains()->testConnection($params);
}

function mailporch_ListAccounts(array $params = []): array
{
    return Module::ofDomains()->listAccounts($params);
}

function mailporch_CreateAccount(array $params = []): string
{
    return Module::ofDomains()->createAccount($params);
}

function mailporch_SuspendAccount(array $params = []): string
{
    return Module::ofDomains()->suspendAccount($params);
}

function mailporch_UnsuspendAccount(array $params = []): string
{
    return Module::ofDomains()->unsuspendAccount($params);
}

function mailporch_TerminateAccount(array $params = []): string
{
    return Module::ofDomains()->terminateAccount($params);
}

function mailporch_ChangePackage(array $params = []): string
{
    return Module::ofDomains()->changePackage($params);
}

function mailporch_Renew(array $params = []): string
{
    return Module::ofDomains()->renew($params);
}

function mailporch_AdminCustomButtonArray(array $params = []): array
{
    return Module::ofDomains()->adminCustomButtonArray();
}

function mailporch_RefreshUsage(array $params = []): string
{
    return Module::ofDomains()->refreshUsage($params);
}

function mailporch_FinishSteps(array $params = []): string
{
    return Module::ofDomains()->finishSteps($params);
}

function mailporch_RegisterExisting(array $params = []): string
{
    return Module::ofDomains()->registerExisting($params);
}

function mailporch_NewAdminPassword(array $params = []): string
{
    return Module::ofDomains()->newAdminPassword($params);
}

function mailporch_UsageUpdate(array $params = []): string
{
    return Module::ofDomains()->usageUpdate($params);
}

function mailporch_ClientArea(array $params = []): array
{
    return Module::ofDomains()->clientArea($params);
}

function mailporch_ServiceSingleSignOn(array $params = []): array
{
    return Module::ofDomains()->serviceSingleSignOn($params);
}

function mailporch_AdminSingleSignOn(array $params = []): array
{
    return Module::ofDomains()->adminSingleSignOn($params);
}

function mailporch_AdminLink(array $params = []): string
{
    return Module::ofDomains()->adminLink($params);
}

function mailporch_CustomActions(array $params = []): CustomActionCollection
{
    return Module::ofDomains()->customActions($params);
}

function mailporch_AdminServicesTabFields(array $params = []): array
{
    return Module::ofDomains()->adminServicesTabFields($params);
}
