"""What the words of a header mean, in the languages that shops write their exports in.

A header is cut into words, a compound word into its parts, and each part gets the word of the
desk: `Artikel-Nr.`, `numéro d'article` and `产品编号` all mean {product, id}. Only a whole meaning
counts, so that a part that is not known keeps a header from being taken for another.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

_STEMS: Mapping[str, str] = {
    "order": "order beleg bestell bestellung auftrag commande pedido orden ordine 订单 单据",
    "invoice": "invoice rechnung facture factura fattura 发票",
    "id": "id nr no num nummer number numero numer code codigo codice kennung key "
          "编号 编码 号码 号",
    "date": "date datum tag day fecha giorno jour dia at on am time timestamp datetime zeit "
            "zeitpunkt uhrzeit heure hora ora 日期 时间 日",
    "week": "week woche semaine semana settimana wk 周 星期",
    "product": "product produkt artikel article item articulo articolo producto produit prodotto "
               "ware goods 商品 产品 货品 宝贝",
    "sku": "sku 货号",
    "customer": "customer kunde kunden client cliente clienti user nutzer member mitglied buyer "
                "kaufer utilisateur usuario utente shopper 客户 顾客 会员 买家 用户",
    "quantity": "quantity qty menge anzahl stuck stueck quantite cantidad quantita 数量 件数",
    "unit price": "einzelpreis stuckpreis stueckpreis 单价",
    "list price": "listenpreis uvp 原价 标价 吊牌价",
    "price": "price preis prix precio prezzo 价格 售价 价",
    "unit": "unit unitaire unitario unidad",
    "paid": "paid bezahlt paye pagado pagato 实付 成交",
    "amount": "amount betrag umsatz revenue montant importe importo ventas 金额 销售额 总额",
    "discount": "discount rabatt nachlass remise descuento sconto 折扣 优惠",
    "rate": "rate percent pct prozent satz 率",
    "store": "store shop filiale laden markt magasin boutique tienda negozio punto 门店 店铺 店",
    "category": "category kategorie warengruppe categorie categoria rayon 类目 品类 类别 分类",
    "brand": "brand marke marque marca 品牌",
    "name": "name bezeichnung libelle designation nom nombre nome 名称 品名",
    "description": "description beschreibung descripcion descrizione 描述",
    "age": "age alter edad eta 年龄",
    "gender": "gender sex geschlecht sexe sexo sesso genere 性别",
    "city": "city ort stadt wohnort ville ciudad citta 城市",
    "country": "country land pays pais paese 国家",
    "region": "region bundesland provincia province 地区 省份",
    "cost": "cost kosten einkaufspreis cout coste costo 成本 进价",
    "stock": "stock bestand lagerbestand lager existencias giacenza inventory 库存",
    "campaign": "campaign kampagne aktion campagne campana campagna 活动",
    "coupon": "coupon voucher gutschein bon cupon buono 优惠券 券",
    "redeemed": "redeemed eingelost eingeloest einlosung utilise canjeado usato 核销 使用",
    "purchase history": "gekauft kaufhistorie achats compras acquisti 购买记录 已购 购买历史",
    "browse history": "angesehen gesehen consultes vistos visti 浏览记录 浏览历史",
    "consent": "consent einwilligung newsletter consentement consentimiento consenso 同意",
    "competitor": "competitor wettbewerber wettbewerb konkurrent konkurrenz concurrent concurrence "
                  "competidor concorrente rival 竞品 竞争对手 对手 竞店",
    "observed": "observed erfasst beobachtet releve observado rilevato seen scraped 采集 抓取",
    "rating": "rating bewertung sterne note puntuacion voto stars 评分 星级",
    "review": "review rezension kommentar avis resena recensione 评论 评价",
    "group": "group gruppe groupe grupo gruppo variante arm 组 分组",
    "": "the of de des du der la le il von per pro d l",
}  # fmt: skip
_MEANING = {stem: word for word, stems in _STEMS.items() for stem in stems.split()}
_LONGEST = max(map(len, _MEANING))
_LINKS = ("", "s", "n", "en", "es")  # what German puts between the parts of a word
_BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+|[0-9]+|[\u4e00-\u9fff]+|[^\W_]+")


@cache
def meaning(name: str) -> frozenset[str]:
    """The words that a header means, whatever its language and their order.

    >>> meaning("Artikel-Nr.") == meaning("产品编号") == meaning("numéro d'article")
    True
    >>> sorted(meaning("Einzelpreis (EUR)")), sorted(meaning("Redeemed On"))
    (['price', 'unit'], ['date', 'redeemed'])
    """
    spaced = _CAMEL.sub(" ", unicodedata.normalize("NFKC", _BRACKETS.sub(" ", name)))
    bare = "".join(
        char for char in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(char)
    )
    words = (part for word in _WORD.findall(bare.casefold()) for part in _parts(word) or (word,))
    return frozenset(one for word in words for one in word.split())


def _parts(word: str) -> tuple[str, ...]:
    """The meanings of the parts of a compound; nothing where a part is unknown."""
    if word in _MEANING:
        return (_MEANING[word],)
    for cut in range(min(len(word) - 1, _LONGEST), 0, -1):
        # A short piece inside a longer word is chance: `no` begins `novelty`.
        if word[:cut] in _MEANING and (cut > 2 or not word.isascii()):
            rests = (word[cut + len(link) :] for link in _LINKS if word[cut:].startswith(link))
            for rest in rests:
                if rest and (found := _parts(rest)):
                    return (_MEANING[word[:cut]], *found)
    return ()
