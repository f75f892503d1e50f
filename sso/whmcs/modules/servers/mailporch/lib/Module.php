<?php

/**
 * The functions of both modules: each hands over to its class and turns what went wrong into the answer WHMCS expects.
 *
 * WHMCS calls them with $params of different completeness, in the admin area even with none at all.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Module\Server\CustomAction;
use WHMCS\Module\Server\CustomActionCollection;

final class Module
{
    private function __construct(private readonly Product $product)
    {
    }

    public static function ofDomains(): self
    {
        return new self(Product::Domain);
    }

    public static function ofMailboxes(): self
    {
        return new self(Product::Mailbox);
    }

    public function metaData(string $name, string $unit): array
    {
        return [
            'DisplayName' => $name,
            'APIVersion' => '1.1',
            'RequiresServer' => true,
            'DefaultNonSSLPort' => '80',
            'DefaultSSLPort' => '443',
            'ServiceSingleSignOnLabel' => 'Open the e-mail portal',
            'AdminSingleSignOnLabel' => 'Open the portal\'s console',
            'ListAccountsUniqueIdentifierDisplayName' => $unit,
            'ListAccountsUniqueIdentifierField' => 'domain',
        ];
    }

    public function configOptions(): array
    {
        return Settings::form($this->product, Language::texts(Whmcs::language()));
    }

    /** The loader of the setting "server". WHMCS shows the text of what it throws, and keeps the stored choice. */
    public function serverChoices(array $params): array
    {
        return (new Portal($params))->servers($this->product);
    }

    public function testConnection(array $params): array
    {
        try {
            (new Portal($params))->check($this->product);
            Tables::make();
            return ['success' => true, 'error' => ''];
        } catch (\Throwable $error) {
            return ['success' => false, 'error' => $this->explained('TestConnection', $params, $error)];
        }
    }

    /** For WHMCS's import: what the portal has. */
    public function listAccounts(array $params): array
    {
        try {
            return ['success' => true, 'accounts' => Accounts::all($this->product, new Portal($params, 20000))];
        } catch (\Throwable $error) {
            return ['success' => false, 'error' => $this->explained('ListAccounts', $params, $error)];
        }
    }

    public function createAccount(array $params): string
    {
        return $this->done('CreateAccount', $params, LifeCycle::create(...));
    }

    public function suspendAccount(array $params): string
    {
        return $this->done('SuspendAccount', $params, LifeCycle::suspend(...));
    }

    public function unsuspendAccount(array $params): string
    {
        return $this->done('UnsuspendAccount', $params, LifeCycle::unsuspend(...));
    }

    public function terminateAccount(array $params): string
    {
        return $this->done('TerminateAccount', $params, LifeCycle::terminate(...));
    }

    public function changePackage(array $params): string
    {
        return $this->done('ChangePackage', $params, LifeCycle::changePlan(...));
    }

    /** By the customer, who reads the answer, or by staff. */
    public function changePassword(array $params): string
    {
        $customer = !Whmcs::inAdminArea() && Whmcs::user() !== null;
        try {
            if ($customer && Visitor::ofService($params)->role === 'readonly') {
                throw new NoAccess('The user lacks the permission "manageproducts".');
            }
            LifeCycle::changePassword($params);
            return 'success';
        } catch (\Throwable $error) {
            $sentence = $this->explained('ChangePassword', $params, $error);
            return !$customer ? $sentence : Language::texts(Whmcs::language($params))[match (true) {
                $error instanceof NoAccess => 'no_change',
                $error instanceof Refused && str_starts_with($error->reason, 'password') => 'password_refused',
                default => 'password_unchanged',
            }];
        }
    }

    /** Nothing is done for a renewal. The portal is told of the new due date, and WHMCS's payment does not fail with that. */
    public function renew(array $params): string
    {
        try {
            Registration::tryTelling($params);
        } catch (\Throwable $error) {
            $this->explained('Renew', $params, $error);
        }
        return 'success';
    }

    /** The buttons of the admin's service page. None of their functions is among what customers may call. */
    public function adminCustomButtonArray(): array
    {
        $texts = Language::texts(Whmcs::language());
        return [
            $texts['button_usage'] => 'RefreshUsage',
            $texts['button_finish'] => 'FinishSteps',
            $texts['button_register'] => 'RegisterExisting',
        ] + ($this->product === Product::Domain ? [$texts['button_password'] => 'NewAdminPassword'] : []);
    }

    public function refreshUsage(array $params): string
    {
        return $this->done('RefreshUsage', $params, static function (array $params): void {
            $unknown = Usage::update(new Portal($params, 10000), [Services::id($params)]);
            if ($unknown) {
                throw new Problem(implode(' ', $unknown));
            }
        });
    }

    public function finishSteps(array $params): string
    {
        return $this->done('FinishSteps', $params, LifeCycle::finish(...));
    }

    public function registerExisting(array $params): string
    {
        return $this->done('RegisterExisting', $params, LifeCycle::register(...));
    }

    public function newAdminPassword(array $params): string
    {
        return $this->done('NewAdminPassword', $params, LifeCycle::newAdminPassword(...));
    }

    /** By the cron, once for each server entry: writes the disk use of its services itself, and never what is not known. */
    public function usageUpdate(array $params): string
    {
        try {
            $portal = new Portal($params, 10000);
            $unknown = Usage::update($portal, Services::ofServer((int) ($params['serverid'] ?? 0)));
            return $unknown ? implode(' ', array_slice($unknown, 0, 5)) : 'success';
        } catch (\Throwable $error) {
            return $this->explained('UsageUpdate', $params, $error);
        }
    }

    public function clientArea(array $params): array
    {
        try {
            $texts = Language::texts(Whmcs::language($params));
            $portal = new Portal($params);
            $claims = HandOff::toService($this->product, $params, $portal->tenant, 'embed');
            $page = 'clientarea.php?action=productdetails&id=' . $claims['svc'];
            $script = '/modules/servers/mailporch/frame.js?v=' . filemtime(__DIR__ . '/../frame.js');
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
                    'script' => Whmcs::url() . $script,
                    'texts' => $texts,
                ],
            ];
        } catch (\Throwable $error) {
            $this->explained('ClientArea', $params, $error);
            return [
                'tabOverviewReplacementTemplate' => 'templates/notice.tpl',
                'templateVariables' => ['notice' => self::notice($params, $error)],
            ];
        }
    }

    /** From the client area with the user's own rights, from the admin area as an admin. */
    public function serviceSingleSignOn(array $params): array
    {
        try {
            $portal = new Portal($params);
            $claims = HandOff::toService($this->product, $params, $portal->tenant, 'top');
            return ['success' => true, 'redirectTo' => $portal->link($claims)];
        } catch (\Throwable $error) {
            $sentence = $this->explained('ServiceSingleSignOn', $params, $error);
            if (!Whmcs::inAdminArea()) {
                $sentence = self::notice($params, $error);
            }
            return ['success' => false, 'errorMsg' => $sentence];
        }
    }

    public function adminSingleSignOn(array $params): array
    {
        try {
            if (!Whmcs::inAdminArea()) {
                throw Problem::of('admin_area');
            }
            $portal = new Portal($params);
            return ['success' => true, 'redirectTo' => $portal->link(HandOff::toConsole($portal->tenant))];
        } catch (\Throwable $error) {
            return ['success' => false, 'errorMsg' => $this->explained('AdminSingleSignOn', $params, $error)];
        }
    }

    /** The server list's own way to the console, where WHMCS does not show the one above. */
    public function adminLink(array $params): string
    {
        try {
            $portal = new Portal($params);
            Whmcs::keepOutOfCaches();
            return AdminPage::link($portal->link(HandOff::toConsole($portal->tenant)), 'console_open');
        } catch (\Throwable $error) {
            return htmlspecialchars($this->explained('AdminLink', $params, $error));
        }
    }

    /** WHMCS 8.5 and later: the customer's sign-on on the home page and in the sidebar. */
    public function customActions(array $params): CustomActionCollection
    {
        $label = Language::texts(Whmcs::language($params))['open'];
        $open = fn (): array => $this->serviceSingleSignOn($params);
        return (new CustomActionCollection())->add(CustomAction::factory('open', $label, $open, [], ['productsso'], true));
    }

    public function adminServicesTabFields(array $params): array
    {
        try {
            Whmcs::keepOutOfCaches();
            return AdminPage::rows($this->product, $params, $this->explained(...));
        } catch (\Throwable $error) {
            $label = Language::texts('english')['admin_row'];
            return [$label => htmlspecialchars($this->explained('AdminServicesTabFields', $params, $error))];
        }
    }

    /** Do what WHMCS's staff or its automation asked for, and answer as WHMCS wants it. */
    private function done(string $action, array $params, callable $work): string
    {
        try {
            $work($params);
            return 'success';
        } catch (\Throwable $error) {
            return $this->explained($action, $params, $error);
        }
    }

    /** What went wrong as a sentence for the customer, who is not told why. */
    private static function notice(array $params, \Throwable $error): string
    {
        return Language::texts(Whmcs::language($params))[$error instanceof NoAccess ? 'no_access' : 'unavailable'];
    }

    /** What went wrong as a sentence for staff, also left in the module log. */
    private function explained(string $action, array $params, \Throwable $error): string
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
}
