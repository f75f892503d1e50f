<?php

/**
 * A service's life: WHMCS says when, the portal does it. Each may be repeated, and is by WHMCS's module queue.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class LifeCycle
{
    /** How long (ms) the portal may work with a mail server. */
    private const PATIENCE = 120000;

    /** @param array<string, mixed> $params */
    public static function create(array $params): void
    {
        $facts = Registration::facts($params);
        if (Registration::product($facts) === Product::Mailbox) {
            $order = Mailbox::order($params) + ['password' => Whmcs::text($params['password'] ?? ''), 'name' => ''];
            self::keepAddress($params, self::order($params, 'create', 'active', $order + $facts));
        } else {
            // The portal makes the hidden admin's name up: WHMCS's is the beginning of the domain, and easily guessed.
            self::keepSignIn($params, self::order($params, 'create', 'active', $facts));
        }
        Registration::tryTelling($params, 'Active');
    }

    /** @param array<string, mixed> $params */
    public static function suspend(array $params): void
    {
        self::order($params, 'suspend', 'suspended');
    }

    /** @param array<string, mixed> $params */
    public static function unsuspend(array $params): void
    {
        self::order($params, 'unsuspend', 'active');
    }

    /** @param array<string, mixed> $params */
    public static function terminate(array $params): void
    {
        self::order($params, 'terminate', 'terminated');
    }

    /** @param array<string, mixed> $params with the settings of the new product */
    public static function changePlan(array $params): void
    {
        self::order($params, 'plan', null, ['plan' => Registration::facts($params)['plan']]);
        Registration::tryTelling($params);
    }

    /** @param array<string, mixed> $params */
    public static function finish(array $params): void
    {
        $answer = self::order($params, 'finish', null);
        if (Services::product(Services::id($params)) === Product::Mailbox) {
            self::keepAddress($params, (new Portal($params))->summary(Services::id($params)));
        } elseif (isset($answer['password'])) {
            self::keepSignIn($params, $answer);
        }
    }

    /** @param array<string, mixed> $params with the password that the mailbox is to have */
    public static function changePassword(array $params): void
    {
        self::order($params, 'password', null, ['password' => Whmcs::text($params['password'] ?? '')]);
    }

    /** @param array<string, mixed> $params */
    public static function newAdminPassword(array $params): void
    {
        self::keepSignIn($params, self::order($params, 'password', null));
    }

    /**
     * What exists on the mail server already becomes this service. The stored sign-in proves that it may.
     *
     * @param array<string, mixed> $params
     */
    public static function register(array $params): void
    {
        Tables::make();
        $portal = new Portal($params, self::PATIENCE);
        $password = Whmcs::text($params['password'] ?? '');
        $facts = Registration::facts($params);
        $known = Registration::tell($portal, Services::id($params), $facts, $password);
        if (Registration::product($facts) === Product::Mailbox) {
            self::keepAddress($params, $known);
        }
    }

    /**
     * @param array<string, mixed> $params
     * @param array<string, mixed> $body
     * @return array<string, mixed>
     * @throws Problem also when the portal says yes and the service is not what it should be
     */
    private static function order(array $params, string $what, ?string $state, array $body = []): array
    {
        // The customer's history names the admin who pressed a button; else it was WHMCS by itself.
        $admin = Whmcs::inAdminArea() ? Whmcs::admin() : null;
        $body += $admin === null ? [] : ['admin' => array_diff_key($admin, ['email' => ''])];
        $answer = (new Portal($params, self::PATIENCE))->order(Services::id($params), $what, $body);
        if ($answer['status'] === 'failed' || ($state !== null && $answer['status'] !== $state)) {
            throw Problem::of('other_state', $answer['status']);
        }
        return $answer;
    }

    /**
     * Have WHMCS keep the hidden admin's sign-in, which the portal tells once.
     *
     * @param array<string, mixed> $params
     * @param array<string, mixed> $answer
     */
    private static function keepSignIn(array $params, array $answer): void
    {
        $told = array_filter(
            ['Username' => $answer['username'] ?? '', 'Password' => $answer['password'] ?? ''],
            static fn (mixed $text): bool => is_string($text) && $text !== ''
        );
        self::keep($params, $told, 'Password', 'not_kept');
    }

    /**
     * Have WHMCS keep the mailbox's address, by which its lists and invoices then name the service too.
     *
     * @param array<string, mixed> $params
     * @param array<string, mixed> $answer
     */
    private static function keepAddress(array $params, array $answer): void
    {
        $name = Whmcs::text($answer['name'] ?? '');
        self::keep($params, $name === '' ? [] : ['Username' => $name, 'Domain' => $name], 'Username', 'address_not_kept');
    }

    /**
     * @param array<string, mixed> $params
     * @param array<string, string> $told
     */
    private static function keep(array $params, array $told, string $needed, string $problem): void
    {
        try {
            if (!isset($told[$needed])) {
                throw new \UnexpectedValueException("The portal told no $needed.");
            }
            $params['model']->serviceProperties->save($told);
        } catch (\Throwable $error) {
            // What a database says may hold the values.
            Whmcs::log('Keep the sign-in', [], $error->getMessage(), '', array_values($told));
            throw Problem::of($problem);
        }
    }
}
