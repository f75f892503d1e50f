<?php

/**
 * The claims that hand a person over to the portal, field by field as in sso/README.md.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class HandOff
{
    /**
     * @param array<string, mixed> $params of the service
     * @param 'embed'|'top' $mode in the frame, or in a window of its own
     * @return array<string, mixed>
     * @throws NoAccess|Problem
     */
    public static function toService(Product $product, array $params, string $tenant, string $mode): array
    {
        $service = Services::id($params);
        $client = (int) ($params['userid'] ?? 0);
        $name = $product->name($params);
        if ($client === 0) {
            throw Problem::of('which_service');
        }
        if ($name === '') {
            throw Problem::of("no_{$product->word()}");
        }
        $visitor = Visitor::ofService($params);
        return self::common($visitor, $tenant, $mode, Language::tag(Whmcs::language($params))) + [
            'svc' => $service,
            'product' => $product->word(),
            'name' => $name,
            'plan' => Settings::handedOver($product, $params),
            'client' => $client,
            'currency' => Whmcs::currency($client),
            'billing' => Billing::of(Whmcs::service($client, $service)),
            'links' => [
                'service' => self::servicePage($client, $service),
                'support' => Whmcs::url() . '/submitticket.php',
                'upgrade' => Whmcs::url() . "/upgrade.php?type=package&id=$service",
            ],
        ];
    }

    /**
     * @return array<string, mixed>
     * @throws Problem
     */
    public static function toConsole(string $tenant): array
    {
        return self::common(Visitor::operator(), $tenant, 'top', Language::tag(Whmcs::language())) + [
            'links' => ['service' => Whmcs::adminUrl() . '/configservers.php'],
        ];
    }

    /** @return array<string, mixed> */
    private static function common(Visitor $visitor, string $tenant, string $mode, string $language): array
    {
        return [
            'v' => 1,
            'aud' => $tenant,
            'jti' => Envelope::jti(),
            'role' => $visitor->role,
            'mode' => $mode,
            'user' => $visitor->user,
            'lang' => $language,
            'origin' => self::origin(Whmcs::url()),
        ];
    }

    /** Where "back to the service" leads: each area has its own page. */
    private static function servicePage(int $client, int $service): string
    {
        return Whmcs::inAdminArea()
            ? Whmcs::adminUrl() . "/clientsservices.php?userid=$client&id=$service"
            : Whmcs::url() . "/clientarea.php?action=productdetails&id=$service";
    }

    /** As a browser writes it: no path, no default port, lower case. */
    private static function origin(string $url): string
    {
        preg_match('~^(https?)://([^/:]+)(?::(\d+))?~', strtolower($url), $part);
        $default = $part[1] === 'https' ? '443' : '80';
        $port = $part[3] ?? $default;
        return "$part[1]://$part[2]" . ($port === $default ? '' : ":$port");
    }
}
