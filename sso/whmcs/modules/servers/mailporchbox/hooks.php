<?php

/**
 * WHMCS loads the hooks of modules that a product uses. Those of mailporch are for both.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

if (is_file(__DIR__ . '/../mailporch/hooks.php')) {
    require_once __DIR__ . '/../mailporch/hooks.php';
}
