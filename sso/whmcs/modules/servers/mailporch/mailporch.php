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

use WHMCS\Module\Server\Mailporch\HandOff;
use WHMCS\Module\Server\Mailporch\Language;
use WHMCS\Module\Server\Mailporch\NoAccess;
use WHMCS\Module\Server\Mailporch\Portal;
use WHMCS\Module\Server\Mailporch\Problem;
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
    ];
}

function mailporch_ConfigOptions(array $params = []): array
{
    return Settings::form('mailporch_ServerChoices');
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
            throw new Problem('The console opens from the admin area only.');
        }
        $portal = new Portal($params);
        return ['success' => true, 'redirectTo' => $portal->link(HandOff::toConsole($portal->tenant))];
    } catch (\Throwable $error) {
        return ['success' => false, 'errorMsg' => mailporch_explained('AdminSingleSignOn', $params, $error)];
    }
}

function mailporch_AdminServicesTabFields(array $params = []): array
{
    $texts = Language::texts('english');
    try {
        $texts = Language::texts(Whmcs::language());
        $portal = new Portal($params);
        $link = $portal->link(HandOff::toService($params, $portal->tenant, 'top'));
        $cell = '<a class="btn btn-default" target="_blank" rel="noopener noreferrer" href="' . htmlspecialchars($link)
            . '">' . htmlspecialchars($texts['admin_open']) . '</a> ' . htmlspecialchars($texts['admin_hint']);
        Whmcs::keepOutOfCaches();
    } catch (\Throwable $error) {
        $cell = htmlspecialchars(mailporch_explained('AdminServicesTabFields', $params, $error));
    }
    return [$texts['admin_row'] => $cell];
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
    $sentence = $ours ? $error->getMessage() : 'The module failed unexpectedly; the module log says where.';
    Whmcs::log(
        $action,
        ['serviceid' => $params['serviceid'] ?? '', 'serverid' => $params['serverid'] ?? ''],
        $ours ? $sentence : $error->getMessage() . ' in ' . basename($error->getFile()) . ':' . $error->getLine(),
        $error::class,
        [(string) ($params['serverpassword'] ?? '')]
    );
    return $sentence;
}
