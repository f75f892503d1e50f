<?php

/**
 * The module's sentences in Spanish. %s is the name of the service; in the cron's, when it last ran.
 */

return [
    'frame_title' => 'Correo de %s',
    'open' => 'Abrir la configuración del correo',
    'new_tab' => 'Abrir en una pestaña nueva',
    'no_access' => 'Su usuario no puede abrir este servicio. El dueño de la cuenta puede darle el permiso de inicio de '
        . 'sesión único.',
    'unavailable' => 'La configuración del correo no se puede abrir en este momento. Inténtelo de nuevo más tarde o abra un '
        . 'ticket.',
    'password_refused' => 'Esta contraseña no se aceptó. Necesita al menos 10 caracteres, entre ellos una letra mayúscula, '
        . 'una minúscula, un dígito y un carácter especial, sin espacios, y no debe haberse usado antes.',
    'password_unchanged' => 'La contraseña no se pudo cambiar en este momento. Inténtelo de nuevo más tarde o abra un ticket.',
    'no_change' => 'Su usuario no puede cambiar este servicio. El dueño de la cuenta puede darle el permiso.',
    'handle_empty' => 'Elija la primera parte de su dirección de correo.',
    'handle_long' => 'La primera parte de su dirección de correo puede tener 64 caracteres como máximo.',
    'handle_characters' => '“%s” no puede ser la primera parte de su dirección de correo: puede tener las letras de la a a '
        . 'la z, dígitos, “.”, “_” y “-”, sin la @ ni lo que sigue.',
    'handle_edges' => '“%s” no puede ser la primera parte de su dirección de correo: tiene que empezar y terminar con una '
        . 'letra o un dígito.',
    'handle_separators' => '“%s” no puede ser la primera parte de su dirección de correo: entre dos de los signos “.”, “_” '
        . 'y “-” tiene que haber una letra o un dígito.',
    'handle_reserved' => '“%s” está reservado. Elija otra primera parte para su dirección de correo.',
    'console_open' => 'Abrir la consola',
    'admin_row' => 'Portal de correo',
    'admin_open' => 'Abrir como administrador',
    'admin_hint' => 'Pestaña nueva. El enlace funciona una sola vez y durante 90 segundos; vuelva a cargar esta página para '
        . 'obtener otro.',
    'admin_state' => 'Estado',
    'admin_usage' => 'Uso',
    'admin_dns' => 'DNS',
    'admin_last_error' => 'Último error',
    'admin_last_activity' => 'Última actividad',
    'admin_finish' => '“Completar los pasos fallidos” lo retoma.',
    'state_active' => 'Activo',
    'state_suspended' => 'Suspendido',
    'state_terminated' => 'Dado de baja',
    'state_failed' => 'Sin terminar',
    'state_pending' => 'Todavía no creado',
    'usage_never_read' => 'Todavía no leído. El worker del portal lo lee varias veces al día.',
    'usage_mailboxes' => 'buzones',
    'usage_aliases' => 'alias',
    'usage_eas' => 'ActiveSync',
    'usage_mapi' => 'MAPI',
    'dns_ok' => 'configurado',
    'dns_missing' => 'no configurado (falta)',
    'dns_wrong' => 'no configurado (incorrecto)',
    'dns_conflict' => 'no configurado (conflicto)',
    'dns_unknown' => 'todavía desconocido',
    'dns_off' => 'desactivado',
    'admin_warnings' => 'Por revisar',
    'unbilled' => 'Lo que se usó del %s al %s no está en ninguna factura y no se facturará por sí solo.',
    'hooks_never_seen_domain' => 'WHMCS no encontró los hooks de este módulo: no se factura nada por uso. Haga clic una vez '
        . 'en “Save Changes” en los Module Settings de un producto.',
    'cron_never_seen_domain' => 'El cron de WHMCS nunca se vio: no se factura nada por uso hasta que se ejecute cada cinco '
        . 'minutos.',
    'cron_overdue_domain' => 'El cron de WHMCS se vio por última vez el %s: debería ejecutarse cada cinco minutos. Las '
        . 'cifras de más de un día no se facturan.',
    'hooks_never_seen_mailbox' => 'WHMCS no encontró los hooks de este módulo: los nombres no se verifican en el carrito. '
        . 'Haga clic una vez en “Save Changes” en los Module Settings de un producto.',
    'cron_never_seen_mailbox' => 'El cron de WHMCS nunca se vio: el portal no se entera de lo que cambia en WHMCS hasta que '
        . 'se ejecute cada cinco minutos.',
    'cron_overdue_mailbox' => 'El cron de WHMCS se vio por última vez el %s: debería ejecutarse cada cinco minutos. El '
        . 'portal no se entera de lo que cambia en WHMCS.',
    'button_usage' => 'Actualizar el uso',
    'button_finish' => 'Completar los pasos fallidos',
    'button_register' => 'Registrar lo existente',
    'button_password' => 'Contraseña nueva del administrador oculto',
    // La configuración del módulo en un producto.
    'setting_tier_gb' => 'GB por tramo de almacenamiento',
    'setting_tier_gb_help' => 'El almacenamiento se factura por tramos de este tamaño.',
    'setting_eas_price' => 'Precio de ActiveSync',
    'setting_eas_price_help' => 'Por buzón con ActiveSync y mes: 2.00 para todas las monedas, o CAD 2.00, USD 1.60.',
    'setting_mapi_price' => 'Precio de MAPI',
    'setting_mapi_price_help' => 'Por buzón con MAPI y mes: 2.00 para todas las monedas, o CAD 2.00, USD 1.60.',
    'setting_combined_price' => 'Precio combinado',
    'setting_combined_price_help' => 'Por buzón con ambos protocolos y mes: 2.00 para todas las monedas, o CAD 2.00, USD '
        . '1.60. 0: la suma de los dos precios.',
    'setting_domain_path' => 'Ruta de almacenamiento',
    'setting_domain_path_help' => 'En el servidor de correo. Vacío: junto a sus otros dominios.',
    'setting_outbound_ip' => 'IP de salida',
    'setting_outbound_ip_help' => '“default” o una dirección IP del servidor de correo.',
    'setting_max_users' => 'Buzones',
    'setting_max_users_help' => 'Cuántos puede tener el cliente. 0: sin límite.',
    'setting_delete_data' => 'Eliminar los datos',
    'setting_delete_data_help' => 'Eliminar los archivos cuando el servicio se da de baja.',
    'setting_password_min_length' => 'Longitud de la contraseña',
    'setting_password_min_length_help' => 'La contraseña más corta de un buzón.',
    'setting_password_upper' => 'Contraseña: mayúscula',
    'setting_password_upper_help' => 'Exigir una letra mayúscula.',
    'setting_password_digit' => 'Contraseña: dígito',
    'setting_password_digit_help' => 'Exigir un dígito.',
    'setting_password_special' => 'Contraseña: carácter especial',
    'setting_password_special_help' => 'Exigir uno de ! @ # $ % ^ & * - _ = +',
    'setting_spf_primary' => 'Mecanismo SPF',
    'setting_spf_primary_help' => 'Se recomienda a los clientes: include:mail.example.com',
    'setting_offer_eas' => 'Ofrecer ActiveSync',
    'setting_offer_eas_help' => 'Los clientes pueden activarlo en un buzón.',
    'setting_offer_mapi' => 'Ofrecer MAPI',
    'setting_offer_mapi_help' => 'Los clientes pueden activarlo en un buzón.',
    'setting_activation_days' => 'Facturado después de (días)',
    'setting_activation_days_help' => 'Un protocolo se factura por un mes en el que estuvo activado este tiempo. 0: si está '
        . 'activado al final del mes.',
    'setting_max_domain_aliases' => 'Alias de dominio',
    'setting_max_domain_aliases_help' => 'Cuántos se permiten. 0: no se ofrecen.',
    'setting_spf_secondary' => 'Otros mecanismos SPF',
    'setting_spf_secondary_help' => 'También se aceptan; sepárelos con comas.',
    'setting_autodiscover_host' => 'Host de Autodiscover',
    'setting_autodiscover_host_help' => 'Vacío: el nombre público del servidor de correo.',
    'setting_autodiscover_srv' => 'SRV de Autodiscover',
    'setting_autodiscover_srv_help' => 'Vacío: el nombre público del servidor de correo.',
    'setting_check_dmarc' => 'Verificar DMARC',
    'setting_check_dmarc_help' => 'Mostrar a los clientes el estado de su registro DMARC.',
    'setting_dmarc_rua' => 'Informes DMARC a',
    'setting_dmarc_rua_help' => 'Dirección sugerida para los informes agregados.',
    'setting_dmarc_policy' => 'Política DMARC',
    'setting_dmarc_policy_help' => 'Se sugiere a los clientes.',
    'setting_server' => 'Servidor de correo',
    'setting_server_help' => 'Los servidores de correo que el portal tiene para este WHMCS.',
    'setting_allowed_domains' => 'Dominios permitidos',
    'setting_allowed_domains_help' => 'Los dominios suyos en los que se venden buzones; sepárelos con comas: example.com, '
        . 'example.org',
    'setting_account_type' => 'Tipo de cuenta',
    'setting_account_type_help' => 'La opción configurable “Account Type” lo reemplaza.',
    'setting_quota_gb' => 'Cuota en GB',
    'setting_quota_gb_help' => 'La opción configurable “Mailbox Quota (GB)” la reemplaza.',
    'setting_max_aliases' => 'Alias',
    'setting_max_aliases_help' => 'Cuántos puede tener el cliente. 0: sin límite. off: no se ofrecen.',
    'setting_external_forwards' => 'Reenvío externo',
    'setting_external_forwards_help' => 'Los alias y las listas pueden llevar a direcciones fuera del dominio del buzón.',
    'setting_timezone' => 'Zona horaria',
    'setting_timezone_help' => 'Del webmail: America/Montreal',
    'setting_date_format' => 'Formato de fecha',
    'setting_date_format_help' => 'Del webmail: yyyy-mm-dd',
    'setting_language' => 'Idioma',
    'setting_language_help' => 'Del webmail.',
    'setting_max_lists' => 'Listas de distribución',
    'setting_max_lists_help' => 'Cuántas puede tener el cliente. 0: sin límite. off: no se ofrecen.',

    // Lo que lee el personal cuando algo anda mal.
    'error_no_curl' => 'A este PHP le falta la extensión cURL, con la que el módulo llama al portal. Haga que la instalen '
        . '(php-curl) y la activen.',
    'error_no_such_host' => 'El nombre de host de %s no existe o no se puede resolver. Revise el nombre de host de la '
        . 'entrada de servidor.',
    'error_down' => 'Nada responde en %s: el portal está detenido o hay un firewall en medio. Revise el nombre de host y el '
        . 'puerto, que el portal esté en marcha y que esta máquina pueda conectarse a él.',
    'error_slow' => 'El portal en %s no respondió a tiempo (%s segundos). Puede que siga trabajando: inténtelo de nuevo en '
        . 'un minuto, todas las llamadas se pueden repetir.',
    'error_connection' => 'La conexión con %s falló: %s. Revise que “Secure” esté marcado en la entrada de servidor y que '
        . 'el certificado del portal sea válido.',
    'error_clock_ahead' => 'El reloj de este WHMCS está %s segundos adelantado respecto al del portal. Ajuste ambos por NTP.',
    'error_clock_behind' => 'El reloj de este WHMCS está %s segundos atrasado respecto al del portal. Ajuste ambos por NTP.',
    'error_clocks' => 'Los relojes de este WHMCS y del portal no coinciden. Ajuste ambos por NTP.',
    'error_other_name' => 'El portal no se llama %s, o algo en medio modifica las llamadas. El nombre de host y el puerto '
        . 'deben ser los de su opción PORTAL_BASE_URL.',
    'error_not_signed' => 'El portal no conoce este nombre de usuario (tenant), o la contraseña no es su clave. Escriba '
        . 'ambos de nuevo tal como los mostró “tenant add”.',
    'error_own_fault' => 'El portal en %s tiene una falla propia (HTTP %s). Su registro dice más bajo %s.',
    'error_not_the_portal' => 'Lo que responde en %s no es el portal. Revise el nombre de host y el puerto.',
    'error_refused_call' => 'El portal en %s rechazó la llamada (HTTP %s). Revise el nombre de host y el puerto.',
    'error_refused' => 'El portal lo rechazó: %s',
    'error_advice_unknown-service' => 'Haga clic en “Registrar lo existente” si su dominio o buzón ya está en el servidor '
        . 'de correo; si no, en “Create”.',
    'error_advice_not-yours' => 'Si es de este cliente, escriba el nombre de usuario y la contraseña del administrador de '
        . 'su dominio, o la contraseña del buzón, en la página del servicio y haga clic en “Registrar lo existente”.',
    'error_advice_taken' => 'Dos servicios no pueden tener el mismo dominio o buzón: corríjalo aquí o dé de baja el otro '
        . 'servicio.',
    'error_advice_plan' => 'Corríjalo en los Module Settings del producto o en la opción configurable.',
    'error_advice_no-server' => 'Elija el “Servidor de correo” en los Module Settings del producto.',
    'error_advice_again' => 'Cuando el servidor de correo vuelva a responder, haga clic de nuevo en el mismo botón.',
    'error_advice_log' => 'El registro del portal dice más bajo %s.',
    'error_host_name' => 'El nombre de host de la entrada de servidor debe ser el del portal, como portal.example.com.',
    'error_user_name' => 'El nombre de usuario de la entrada de servidor debe ser el nombre corto de su tenant en el portal.',
    'error_no_key' => 'La contraseña de la entrada de servidor no es una clave del portal (43 letras, dígitos, “_” o “-”). '
        . 'Pegue la clave de nuevo.',
    'error_other_tenant' => 'La respuesta de %s no está destinada a este WHMCS.',
    'error_no_mail_server' => 'El portal funciona, pero todavía no tiene un servidor de correo para este WHMCS.',
    'error_mail_servers' => 'El portal funciona, pero no todos los servidores de correo. %s',
    'error_silent' => 'La lista no estaría completa: estos servidores de correo no respondieron: %s.',
    'error_no_right' => 'No se pudo crear la tabla %s: el usuario de la base de datos de WHMCS necesita el permiso %s en la '
        . 'base de datos de WHMCS. Hasta entonces no se factura el uso. La base de datos respondió: %s',
    'error_addon' => 'Este módulo es para productos, no para complementos de productos.',
    'error_which_service' => 'WHMCS no dijo de qué servicio se trata.',
    'error_no_domain' => 'Este servicio no tiene dominio. Escríbalo en la página del servicio.',
    'error_no_mailbox' => 'Este servicio todavía no tiene buzón. Complete el campo personalizado “Mailbox” en la página del '
        . 'servicio y haga clic en “Create”.',
    'error_not_ours' => 'WHMCS no tiene ningún servicio %s de este módulo.',
    'error_other_state' => 'El portal dice que el estado del servicio ahora es %s. Su página en el portal muestra los '
        . 'pasos; “Completar los pasos fallidos” los retoma.',
    'error_not_kept' => 'El servidor de correo lo tiene, pero WHMCS no pudo guardar el acceso del administrador oculto: el '
        . 'registro de módulos dice por qué. Haga lo mismo de nuevo: se crea uno nuevo.',
    'error_address_not_kept' => 'El servidor de correo tiene el buzón, pero WHMCS no pudo guardar su dirección: el registro '
        . 'de módulos dice por qué. Haga lo mismo de nuevo.',
    'error_not_text' => 'Un nombre o una opción de este servicio no se puede enviar: %s.',
    'error_too_long' => 'La configuración de este producto es demasiado larga para transmitirla al portal.',
    'error_system_url' => 'La System URL de WHMCS (General Settings) debe empezar por https://.',
    'error_admin_area' => 'La consola solo se abre desde el área de administración.',
    'error_unexpected' => 'El módulo falló de forma inesperada; el registro de módulos dice dónde.',
];
