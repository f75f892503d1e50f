<?php

/**
 * The functions that WHMCS calls: each hands over to lib/ and turns what went wrong into the answer WHMCS expects.
 *
 * WHMCS calls them with $params of different completeness, in the admin area even with none at all.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Module\Server\CustomAction;
use WHMCS\Module\Server\CustomActionCollection;
use WHMCS\Module\Server\Mailporch\Accounts;
use WHMCS\Module\Server\Mailporch\AdminPage;
use WHMCS\Module\Server\Mailporch\HandOff;
use WHMCS\Module\Server\Mailporch\Language;
use WHMCS\Module\Server\Mailporch\LifeCycle;
use WHMCS\Module\Server\Mailporch\NoAccess;
use WHMCS\Module\Server\Mailporch\Portal;
use WHMCS\Module\Server\Mailporch\Problem;
use WHMCS\Module\Server\Mailporch\Registration;
use WHMCS\Module\Server\Mailporch\Services;
use WHMCS\Module\Server\Mailporch\Settings;
use WHMCS\Module\Server\Mailporch\Tables;
use WHMCS\Module\Server\Mailporch\Usage;
use WHMCS\Module\Server\Mailporch\Whmcs;

require_once __DIR__ . '/lib/autoload.php';

function mailporch_MetaData(): array
{
    return [
        'DisplayName' => 'Mailporch',
        'APIVersion' => '1.1',
        'RequiresServer' => true,
        'DefaultNonSSLPort' => '80',
        'DefaultSSLPort' => '443',
        'ServiceSingleSignOnLabel' => 'Open the e-mail portal',
        'AdminSingleSignOnLabel' => 'Open the portal\'s console',
        'ListAccountsUniqueIdentifierDisplayName' => 'Domain',
        'ListAccountsUniqueIdentifierField' => 'domain',
    ];
}

function mailporch_ConfigOptions(array $params = []): array
{
    return Settings::form('mailporch_ServerChoices', Language::texts(Whmcs::language()));
}

/** The loader of the setting "server". WHMCS shows the text of what it throws, and keeps the stored choice. */
function mailporch_ServerChoices(array $params = []): array
{
    return (new Portal($params))->servers();
}

function mailporch_TestConnection(array $params = []): array
{
    try {
        (new Portal($params))->check();
        Tables::make();
        return ['success' => true, 'error' => ''];
    } catch (\Throwable $error) {
        return ['success' => false, 'error' => mailporch_explained('TestConnection', $params, $error)];
    }
}

/** For WHMCS's import: what the portal has. */
function mailporch_ListAccounts(array $params = []): array
{
    try {
        return ['success' => true, 'accounts' => Accounts::all(new Portal($params, 20000))];
    } catch (\Throwable $error) {
        return ['success' => false, 'error' => mailporch_explained('ListAccounts', $params, $error)];
    }
}

function mailporch_CreateAccount(array $params = []): string
{
    return mailporch_done('CreateAccount', $params, LifeCycle::create(...));
}

function mailporch_SuspendAccount(array $params = []): string
{
    return mailporch_done('SuspendAccount', $params, LifeCycle::suspend(...));
}

function mailporch_UnsuspendAccount(array $params = []): string
{
    return mailporch_done('UnsuspendAccount', $params, LifeCycle::unsuspend(...));
}

function mailporch_TerminateAccount(array $params = []): string
{
    return mailporch_done('TerminateAccount', $params, LifeCycle::terminate(...));
}

function mailporch_ChangePackage(array $params = []): string
{
    return mailporch_done('ChangePackage', $params, LifeCycle::changePlan(...));
}

/** Nothing is done for a renewal. The portal is told of the new due date, and WHMCS's payment does not fail with that. */
function mailporch_Renew(array $params = []): string
{
    try {
        Registration::tryTelling($params);
    } catch (\Throwable $error) {
        mailporch_explained('Renew', $params, $error);
    }
    return 'success';
}

/** The buttons of the admin's service page. None of their functions is among what customers may call. */
function mailporch_AdminCustomButtonArray(array $params = []): array
{
    $texts = Language::texts(Whmcs::language());
    return [
        $texts['button_usage'] => 'RefreshUsage',
        $texts['button_finish'] => 'FinishSteps',
        $texts['button_register'] => 'RegisterExisting',
        $texts['button_password'] => 'NewAdminPassword',
    ];
}

function mailporch_RefreshUsage(array $params = []): string
{
    return mailporch_done('RefreshUsage', $params, static function (array $params): void {
        $unknown = Usage::update(new Portal($params, 10000), [Services::id($params)]);
        if ($unknown) {
            throw new Problem(implode(' ', $unknown));
        }
    });
}

function mailporch_FinishSteps(array $params = []): string
{
    return mailporch_done('FinishSteps', $params, LifeCycle::finish(...));
}

function mailporch_RegisterExisting(array $params = []): string
{
    return mailporch_done('RegisterExisting', $params, LifeCycle::register(...));
}

function mailporch_NewAdminPassword(array $params = []): string
{
    return mailporch_done('NewAdminPassword', $params, LifeCycle::newAdminPassword(...));
}

/** By the cron, once for each server entry: writes the disk use of its services itself, and never what is not known. */
function mailporch_UsageUpdate(array $params = []): string
{
    try {
        $portal = new Portal($params, 10000);
        $unknown = Usage::update($portal, Services::ofServer((int) ($params['serverid'] ?? 0)));
        return $unknown ? implode(' ', array_slice($unknown, 0, 5)) : 'success';
    } catch (\Throwable $error) {
        return mailporch_explained('UsageUpdate', $params, $error);
    }
}

function mailporch_ClientArea(array $params = []): array
{
    try {
        $texts = Language::texts(Whmcs::language($params));
        $portal = new Portal($params);
        $claims = HandOff::toService($params, $portal->tenant, 'embed');
        $page = 'clientarea.php?action=productdetails&id=' . $claims['svc'];
        Whmcs::keepOutOfCaches();
        return [
            'tabOverviewReplacementTemplate' => 'templates/clientarea.tpl',
            'templateVariables' => [
                'entrance' => $portal->entrance(),
                'portalOrigin' => $portal->origin,
                'handOff' => $portal->token($claims),
                'frameName' => 'mailporch-' . $claims['svc'],
                'frameTitle' => sprintf($texts['frame_title'], $claims['name']),
                'page' => $page,
                'newTab' => $page . '&dosinglesignon=1',
                'script' => Whmcs::url() . '/modules/servers/mailporch/frame.js?v=' . filemtime(__DIR__ . '/frame.js'),
                'texts' => $texts,
            ],
        ];
    } catch (\Throwable $error) {
        mailporch_explained('ClientArea', $params, $error);
        return [
            'tabOverviewReplacementTemplate' => 'templates/notice.tpl',
            'templateVariables' => ['notice' => mailporch_notice($params, $error)],
        ];
    }
}

/** From the client area with the user's own rights, from the admin area as an admin. */
function mailporch_ServiceSingleSignOn(array $params = []): array
{
    try {
        $portal = new Portal($params);
        return ['success' => true, 'redirectTo' => $portal->link(HandOff::toService($params, $portal->tenant, 'top'))];
    } catch (\Throwable $error) {
        $sentence = mailporch_explained('ServiceSingleSignOn', $params, $error);
        if (!Whmcs::inAdminArea()) {
            $sentence = mailporch_notice($params, $error);
        }
        return ['success' => false, 'errorMsg' => $sentence];
    }
}

function mailporch_AdminSingleSignOn(array $params = []): array
{
    try {
        if (!Whmcs::inAdminArea()) {
            throw Problem::of('admin_area');
        }
        $portal = new Portal($params);
        return ['success' => true, 'redirectTo' => $portal->link(HandOff::toConsole($portal->tenant))];
    } catch (\Throwable $error) {
        return ['success' => false, 'errorMsg' => mailporch_explained('AdminSingleSignOn', $params, $error)];
    }
}

/** The server list's own way to the console, where WHMCS does not show the one above. */
function mailporch_AdminLink(array $params = []): string
{
    try {
        $portal = new Portal($params);
        Whmcs::keepOutOfCaches();
        return AdminPage::link($portal->link(HandOff::toConsole($portal->tenant)), 'console_open');
    } catch (\Throwable $error) {
        return htmlspecialchars(mailporch_explained('AdminLink', $params, $error));
    }
}

/** WHMCS 8.5 and later: the customer's sign-on on the home page and in the sidebar. */
function mailporch_CustomActions(array $params = []): CustomActionCollection
{
    $label = Language::texts(Whmcs::language($params))['open'];
    $open = static fn (): array => mailporch_ServiceSingleSignOn($params);
    return (new CustomActionCollection())->add(CustomAction::factory('open', $label, $open, [], ['productsso'], true));
}

function mailporch_AdminServicesTabFields(array $params = []): array
{
    try {
        Whmcs::keepOutOfCaches();
        return AdminPage::rows($params, 'mailporch_explained');
    } catch (\Throwable $error) {
        $label = Language::texts('english')['admin_row'];
        return [$label => htmlspecialchars(mailporch_explained('AdminServicesTabFields', $params, $error))];
    }
}

/** Do what WHMCS's staff or its automation asked for, and answer as WHMCS wants it. */
function mailporch_done(string $action, array $params, callable $work): string
{
    try {
        $work($params);
        return 'success';
    } catch (\Throwable $error) {
        return mailporch_explained($action, $params, $error);
    }
}

/** What went wrong as a sentence for the customer, who is not told why. */
function mailporch_notice(array $params, \Throwable $error): string
{
    return Language::texts(Whmcs::language($params))[$error instanceof NoAccess ? 'no_access' : 'unavailable'];
}

/** What went wrong as a sentence for staff, also left in the module log. */
function mailporch_explained(string $action, array $params, \Throwable $error): string
{
    $ours = $error instanceof Problem || $error instanceof NoAccess;
    $sentence = $ours ? $error->getMessage() : Language::forStaff('unexpected');
    Whmcs::log(
        $action,
        ['serviceid' => $params['serviceid'] ?? '', 'serverid' => $params['serverid'] ?? ''],
        $ours ? $sentence : $error->getMessage() . ' in ' . basename($error->getFile()) . ':' . $error->getLine(),
        $error::class,
        [Whmcs::text($params['serverpassword'] ?? ''), Whmcs::text($params['password'] ?? '')]
    );
    return $sentence;
}
