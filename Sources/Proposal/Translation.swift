/// What words of other languages that name tables and columns are in English, so that one list of
/// words serves. Singulars, in lower case.
enum Translation {
    /// `word` in English, else itself; a word without spaces between its parts (Chinese, Japanese)
    /// part by part.
    static func words(_ word: String) -> [String] {
        if let known = table[word] { return [known] }
        guard word.unicodeScalars.contains(where: { (0x3040...0x9FFF).contains($0.value) }) else {
            return [word]
        }
        var parts: [String] = []
        var rest = word[...]
        var unknown = ""
        while !rest.isEmpty {
            let part = (1...4).reversed().compactMap { count -> (String, Int)? in
                table[String(rest.prefix(count))].map { ($0, count) }
            }.first
            if let (english, count) = part {
                if !unknown.isEmpty { parts.append(unknown) }
                unknown = ""
                parts.append(english)
                rest = rest.dropFirst(count)
            } else {
                unknown.append(rest.removeFirst())
            }
        }
        if !unknown.isEmpty { parts.append(unknown) }
        return parts
    }

    private static let table: [String: String] = [
        // Spanish and Portuguese
        "venta": "sale", "venda": "sale", "pedido": "order", "orden": "order", "ordem": "order",
        "compra": "purchase", "factura": "invoice", "fatura": "invoice", "pago": "payment",
        "pagamento": "payment", "recibo": "receipt", "detalle": "detail", "detalhe": "detail",
        "linea": "line", "iten": "item", "movimiento": "movement", "movimento": "movement",
        "recarga": "transaction", "transaccion": "transaction", "reserva": "reservation",
        "cita": "appointment", "consulta": "visit", "entrega": "delivery", "envio": "shipment",
        "prestamo": "loan", "cliente": "client", "producto": "product", "produto": "product",
        "categoria": "category", "proveedor": "supplier", "fornecedor": "supplier",
        "usuario": "user", "empleado": "employee", "tienda": "shop", "ciudad": "city",
        "cidade": "city", "pais": "country", "fecha": "date", "hora": "time",
        "cantidad": "quantity",
        "quantidade": "quantity", "precio": "price", "preco": "price", "importe": "amount",
        "monto": "amount", "valor": "amount", "descuento": "discount", "impuesto": "tax",
        "saldo": "balance", "nombre": "name", "nome": "name", "estado": "status", "tipo": "type",
        "correo": "email", "telefono": "phone", "celular": "mobile", "direccion": "address",
        "calle": "street", "nacimiento": "birth", "vencimiento": "expiry", "contrasena": "password",
        "contraseña": "password", "clave": "password", "senha": "password", "creacion": "creation",
        "actualizacion": "update", "registro": "registration",
        // French
        "vente": "sale", "commande": "order", "commander": "order", "facture": "invoice",
        "paiement": "payment", "ligne": "line", "achat": "purchase", "livraison": "delivery",
        "visite": "visit", "client": "client", "produit": "product", "categorie": "category",
        "fournisseur": "supplier", "utilisateur": "user", "magasin": "shop", "ville": "city",
        "quantite": "quantity", "quantité": "quantity", "prix": "price", "montant": "amount",
        "remise": "discount", "nom": "name", "mdp": "password", "motdepasse": "password",
        "adresse": "address", "rue": "street", "naissance": "birth", "courriel": "email",
        // German and Dutch
        "verkauf": "sale", "verkaeufe": "sale", "verkäufe": "sale", "bestellung": "order",
        "bestellungen": "order", "auftrag": "order", "auftraege": "order", "aufträge": "order",
        "rechnung": "invoice", "rechnungen": "invoice", "zahlung": "payment",
        "zahlungen": "payment", "buchung": "transaction", "buchungen": "transaction",
        "lieferung": "delivery", "lieferungen": "delivery", "termin": "appointment",
        "termine": "appointment", "posten": "item", "bestellposition": "line",
        "kunde": "customer", "kunden": "customer", "artikel": "product", "produkt": "product",
        "produkte": "product", "kategorie": "category", "kategorien": "category",
        "lieferant": "supplier", "lieferanten": "supplier", "mitarbeiter": "employee",
        "benutzer": "user", "nutzer": "user", "filiale": "shop", "stadt": "city", "land": "country",
        "datum": "date", "zeit": "time", "zeitpunkt": "time", "menge": "quantity",
        "anzahl": "quantity", "preis": "price", "betrag": "amount", "summe": "sum",
        "rabatt": "discount", "steuer": "tax", "kennwort": "password", "passwort": "password",
        "strasse": "street", "straße": "street", "geburtsdatum": "birthdate", "telefon": "phone",
        // Italian
        "vendita": "sale", "ordine": "order", "ordini": "order", "fattura": "invoice",
        "dettaglio": "detail", "prodotto": "product", "prodotti": "product", "prezzo": "price",
        "importo": "amount", "quantita": "quantity", "utente": "user", "utenti": "user",
        // Russian
        "заказ": "order", "заказы": "order", "продажа": "sale", "продажи": "sale",
        "платеж": "payment", "платежи": "payment", "счет": "invoice", "счета": "invoice",
        "клиент": "customer", "клиенты": "customer", "товар": "product", "товары": "product",
        "пользователь": "user", "пользователи": "user", "дата": "date", "время": "time",
        "сумма": "amount", "цена": "price", "количество": "quantity", "пароль": "password",
        "телефон": "phone", "адрес": "address",
        // Chinese and Japanese
        "订单": "order", "訂單": "order", "注文": "order", "销售": "sale", "交易": "transaction",
        "支付": "payment", "付款": "payment", "发票": "invoice", "明细": "detail", "明細": "detail",
        "客户": "customer", "顧客": "customer", "用户": "user", "会员": "member", "商品": "product",
        "产品": "product", "分类": "category", "类别": "category", "供应商": "supplier",
        "员工": "employee", "部门": "department", "城市": "city", "日期": "date", "时间": "time",
        "数量": "quantity", "单价": "price", "价格": "price", "金额": "amount", "总额": "total",
        "名称": "name", "姓名": "name", "编号": "id", "密码": "password", "电话": "phone",
        "手机": "mobile", "邮箱": "email", "地址": "address", "下单": "order", "创建": "created",
        "更新": "updated", "修改": "modified", "出生": "birth",
    ]
}
