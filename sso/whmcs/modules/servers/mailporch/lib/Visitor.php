<?php

/**
 * Who clicked, and in which role they enter the portal.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Visitor
{
    /** @param array<string, mixed> $user the claim `user` */
    private function __construct(public readonly string $role, public readonly array $user)
    {
    }

    /**
     * The person on a service's page: an admin in the admin area, else the signed-in user with their own rights.
     *
     * @param array<string, mixed> $params
     * @throws NoAccess when the user's permissions do not let them in
     * @throws Problem when nobody is signed in
     */
    public static function ofService(array $params): self
    {
        return Whmcs::inAdminArea() ? self::admin($params['clientsdetails'] ?? []) : self::customer($params);
    }

    /** @throws Problem when no admin is signed in to the admin area */
    public static function operator(): self
    {
        $admin = self::signedInAdmin();
        return new self('operator', $admin + ['admin' => self::named($admin)]);
    }

    /** @param array<string, mixed> $client the owner of the account is whom the admin works for */
    private static function admin(array $client): self
    {
        $owner = [
            'id' => (int) ($client['owner_user_id'] ?? 0),
            'name' => Whmcs::text($client['fullname'] ?? ''),
            'email' => Whmcs::text($client['email'] ?? ''),
        ];
        return new self('admin', $owner + ['admin' => self::named(self::signedInAdmin())]);
    }

    /** @param array<string, mixed> $params */
    private static function customer(array $params): self
    {
        $user = Whmcs::user() ?? throw new Problem('Nobody is signed in to the client area.');
        $owner = (int) ($params['clientsdetails']['owner_user_id'] ?? 0);
        $writes = $user['id'] === $owner || self::mayWrite($user['id'], (int) $params['userid']);
        // "Login as Owner": the admin has the owner's rights, and the portal records both.
        $admin = Whmcs::masquerading() ? ['admin' => self::named(self::signedInAdmin())] : [];
        return new self($writes ? 'customer' : 'readonly', $user + $admin);
    }

    private static function mayWrite(int $user, int $client): bool
    {
        $permissions = Whmcs::permissions($user, $client);
        if (!in_array('productsso', $permissions, true)) {
            throw new NoAccess('The user lacks the permission "productsso".');
        }
        return in_array('manageproducts', $permissions, true);
    }

    /** @return array{id: int, name: string, email: string} */
    private static function signedInAdmin(): array
    {
        return Whmcs::admin() ?? throw new Problem('No admin is signed in.');
    }

    /**
     * @param array{id: int, name: string, email: string} $admin
     * @return array{id: int, name: string}
     */
    private static function named(array $admin): array
    {
        return ['id' => $admin['id'], 'name' => $admin['name']];
    }
}
