<?php

/**
 * The module settings of a product: their names, which WHMCS knows by position alone, and how the admin sees them.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Settings
{
    /** For provisioning only, or travelling by signed call only: never in the browser's hands. */
    private const NOT_HANDED_OVER = [
        'domain_path', 'outbound_ip', 'delete_data', 'server',
        'allowed_domains', 'account_type', 'quota_gb', 'timezone', 'date_format', 'language',
    ];

    /** Configurable options that stand in for a setting, by the names that the seller gives them. */
    private const OPTIONS = ['Account Type' => 'account_type', 'Mailbox Quota (GB)' => 'quota_gb'];

    /** In WHMCS's order: append only. Each with its default, and the size of its field; true for a box to tick. */
    private const OF_DOMAIN = [
        'tier_gb' => ['10', 5],
        'eas_price' => ['2.00', 25],
        'mapi_price' => ['3.00', 25],
        'combined_price' => ['4.50', 25],
        'domain_path' => ['', 40],
        'outbound_ip' => ['default', 25],
        'max_users' => ['0', 5],
        'delete_data' => ['on', true],
        'password_min_length' => ['8', 5],
        'password_upper' => ['on', true],
        'password_digit' => ['on', true],
        'password_special' => ['on', true],
        'spf_primary' => ['', 40],
        'offer_eas' => ['on', true],
        'offer_mapi' => ['on', true],
        'activation_days' => ['1', 5],
        'max_domain_aliases' => ['0', 5],
        'spf_secondary' => ['', 40],
        'autodiscover_host' => ['', 40],
        'autodiscover_srv' => ['', 40],
        'check_dmarc' => ['on', true],
        'dmarc_rua' => ['', 40],
        'dmarc_policy' => ['none', 'none,quarantine,reject'],
        'server' => ['', 25],
    ];
    private const OF_MAILBOX = [
        'server' => ['', 25],
        'allowed_domains' => ['', 60],
        'account_type' => ['Basic', 'Basic,Enhanced'],
        'quota_gb' => ['25', 5],
        'max_aliases' => ['25', 5],
        'external_forwards' => ['', true],
        'timezone' => ['America/Montreal', 25],
        'date_format' => ['yyyy-mm-dd', 12],
        'language' => ['en', 'en,pt-br,id,es,de,fr'],
        'max_lists' => ['5', 5],
    ];

    /**
     * What ConfigOptions answers.
     *
     * @param array<string, string> $texts
     * @return array<string, array<string, mixed>>
     */
    public static function form(Product $product, array $texts): array
    {
        $form = [];
        foreach (self::fields($product) as $name => [$default, $kind]) {
            $form[$name] = [
                'FriendlyName' => $texts["setting_$name"],
                'Description' => $texts["setting_{$name}_help"],
                'Default' => $default,
                // In WHMCS's simple mode, the only one that asks a loader, options without this mark are not shown.
                'SimpleMode' => true,
            ] + match (true) {
                $kind === true => ['Type' => 'yesno'],
                is_string($kind) => ['Type' => 'dropdown', 'Options' => $kind],
                default => ['Type' => 'text', 'Size' => (string) $kind],
            };
        }
        $form['server']['Loader'] = "{$product->value}_ServerChoices";
        return $form;
    }

    /**
     * The settings a hand-off carries, as WHMCS holds them.
     *
     * @param array<string, mixed> $params
     */
    public static function handedOver(Product $product, array $params): object
    {
        return (object) array_diff_key((array) self::all($product, $params), array_flip(self::NOT_HANDED_OVER));
    }

    /**
     * All settings, for a signed call, as WHMCS holds them.
     *
     * @param array<string, mixed> $params or a product's row, which has the same names, with `configoptions`
     */
    public static function all(Product $product, array $params): object
    {
        $plan = [];
        foreach (array_keys(self::fields($product)) as $position => $name) {
            $value = $params['configoption' . ($position + 1)] ?? null;
            if ($value !== null) {
                $plan[$name] = Whmcs::text($value);
            }
        }
        foreach ($product === Product::Mailbox ? self::OPTIONS : [] as $option => $name) {
            $chosen = Whmcs::text($params['configoptions'][$option] ?? '');
            if (trim($chosen) !== '') {
                $plan[$name] = $chosen;
            }
        }
        return (object) $plan;
    }

    /** @return array<string, array{string, int|string|true}> */
    private static function fields(Product $product): array
    {
        return match ($product) {
            Product::Domain => self::OF_DOMAIN,
            Product::Mailbox => self::OF_MAILBOX,
        };
    }
}
