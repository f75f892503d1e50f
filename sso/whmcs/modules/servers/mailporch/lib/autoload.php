<?php

/**
 * Finds the classes of this folder. WHMCS does so too, but hooks and functions must not depend on which came first.
 */

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    $ours = 'WHMCS\\Module\\Server\\Mailporch\\';
    $file = __DIR__ . '/' . substr($class, strlen($ours)) . '.php';
    if (str_starts_with($class, $ours) && is_file($file)) {
        require_once $file;
    }
});
